"""What is known of the row under the cursor, in a pane that can be hidden."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class DetailPane(VerticalScroll, can_focus=True):
    """Scrollable text; shown beside the table on a wide screen, below it on a narrow one."""

    DEFAULT_CSS = """
    DetailPane {
        height: auto; max-height: 50%; padding: 0 1; background: $surface; scrollbar-size-vertical: 1;
    }
    DetailPane:focus { background-tint: $foreground 4%; }
    .-wide DetailPane { height: 1fr; max-height: 100%; }
    """

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


def facts_content(facts: Iterable[tuple[str, str]]) -> Content:
    """Names and values, a line each, the values below one another."""
    pairs = list(facts)
    width = max((len(name) for name, _ in pairs), default=0)
    return Content("\n").join(Content.assemble((f"{name:>{width}}  ", "$quiet"), value) for name, value in pairs)


def heading(text: str) -> Content:
    """A line that begins a part of a detail pane."""
    return Content.styled(f"{text}\n", "bold $accent")
