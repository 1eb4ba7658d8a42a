"""What is known of the row under the cursor, in a pane that can be hidden."""

from collections.abc import Iterable

from textual.content import Content
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from layerscope.tui.widgets.line_view import LineView


class DetailPane(LineView):
    """Scrollable text; shown beside the table on a wide screen, below it on a narrow one."""

    DEFAULT_CSS = """
    DetailPane {
        max-height: 50%; background: $surface; scrollbar-background: $surface; scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
    }
    DetailPane:focus { background-tint: $foreground 4%; }
    .-wide DetailPane { height: 1fr; max-height: 100%; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._content = Content("")
        self._strips: list[Strip] | None = None

    def show(self, content: Content) -> None:
        """Show another text from its beginning."""
        self._content = content
        self._wrap()
        self.scroll_home(animate=False)

    def toggle(self) -> None:
        """Show it, or give its room to the rest of the screen."""
        self.display = not self.display

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        strips, place = self._wrapped(), y + self.scroll_offset.y
        width, style = self.scrollable_content_region.width, self.visual_style.rich_style
        return strips[place].adjust_cell_length(width, style) if place < len(strips) else Strip.blank(width, style)

    def on_resize(self) -> None:
        """Wrap it at another width."""
        self._wrap()

    def notify_style_update(self) -> None:
        """Lines are of the colours that they were made with."""
        super().notify_style_update()
        self._strips = None

    def selection_updated(self, selection: Selection | None) -> None:
        """What the mouse selects is part of the lines, too."""
        super().selection_updated(selection)
        self._strips = None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse selected."""
        return selection.extract(self._content.plain), "\n"

    def _wrap(self) -> None:
        self._strips = None
        self.set_lines(len(self._wrapped()))

    def _wrapped(self) -> list[Strip]:
        if self._strips is None:
            width = self.scrollable_content_region.width
            self._strips = Visual.to_strips(self, self._content, width, None, self.visual_style) if width > 0 else []
        return self._strips


def field(name: str, value: str | Content) -> Content:
    """A line of a detail pane: its name quiet, its value plain."""
    return Content.assemble((f"{name}  ", "$quiet"), value, "\n")


def facts_content(facts: Iterable[tuple[str, str]]) -> Content:
    """Names and values, a line each, the values below one another."""
    pairs = list(facts)
    width = max((len(name) for name, _ in pairs), default=0)
    return Content("\n").join(Content.assemble((f"{name:>{width}}  ", "$quiet"), value) for name, value in pairs)


def heading(text: str) -> Content:
    """A line that begins a part of a detail pane."""
    return Content.styled(f"{text}\n", "bold $accent")
