"""What is known of the row under the cursor, in a pane that can be hidden."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class DetailPane(VerticalScroll, can_focus=True):
    """Scrollable text; shown beside the table on a wide screen, below it on a narrow one."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("", id="detail-text")

    def show(self, content: Content) -> None:
        """Show another text from its beginning."""
        self.query_one("#detail-text", Static).update(content)
        self.scroll_home(animate=False)


def field(name: str, value: str | Content) -> Content:
    """A line of a detail pane: its name quiet, its value plain."""
    return Content.assemble((f"{name}  ", "$quiet"), value, "\n")


def heading(text: str) -> Content:
    """A line that begins a part of a detail pane."""
    return Content.styled(f"{text}\n", "bold $accent")
