"""What the pane beside a table says of the row under the cursor."""

from collections.abc import Sequence

from msgspec import Struct

from layerscope.tui.view_model.file_rows import FileRow


class Section(Struct, frozen=True):
    """Lines of safe text under a heading; code keeps its line breaks and its indents."""

    heading: str
    lines: tuple[str, ...]
    is_code: bool = False


class Detail(Struct, frozen=True):
    """A title, what there is to say, and the files that it is about."""

    title: str
    sections: tuple[Section, ...]
    files: Sequence[FileRow] = ()

    @property
    def code(self) -> str | None:
        """The lines that can be copied and run; None where there are none."""
        return "\n".join(line for section in self.sections if section.is_code for line in section.lines) or None


NOTHING = Detail("", ())


def section(heading: str, *lines: str, is_code: bool = False) -> tuple[Section, ...]:
    """One section, or none where there are no lines."""
    return (Section(heading, lines, is_code),) if any(lines) else ()
