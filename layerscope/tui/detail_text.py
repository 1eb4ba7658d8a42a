"""A row's detail as text with styles."""

from textual.content import Content

from layerscope.tui.view_model.detail import Detail, Section
from layerscope.tui.widgets.detail_pane import heading

_LINE_CELLS = 56


def draw_detail(detail: Detail) -> Content:
    """The title and all sections; what comes out of an image is never read as markup."""
    title = Content.styled(f"{detail.title}\n", "bold") if detail.title else Content("")
    return Content.assemble(title, *(_draw_section(section) for section in detail.sections))


def _draw_section(section: Section) -> Content:
    """A short line stands beside its heading, longer ones below it; several that wrap are told apart by a mark."""
    lines = [line for line in section.lines if line]
    if section.is_code:
        return heading(section.heading) + Content("").join(Content.styled(f"{line}\n", "$added") for line in lines)
    if len(lines) == 1 and section.heading and len(section.heading) + len(lines[0]) <= _LINE_CELLS:
        return Content.assemble((f"{section.heading}  ", "bold $accent"), f"{lines[0]}\n")
    mark = "• " if len(lines) > 1 and max(map(len, lines)) > _LINE_CELLS else ""
    return Content.assemble(
        heading(section.heading) if section.heading else "", *(Content(f"{mark}{line}\n") for line in lines)
    )


def draw_path(path: str, note: str = "") -> Content:
    """A path in a narrow column: a note, then its name, which tells the most, then its folder."""
    folder, _, name = path.rpartition("/")
    return Content.assemble((note, "$accent"), "  " if note else "", name, "  ", (f"{folder}/", "$quiet"))
