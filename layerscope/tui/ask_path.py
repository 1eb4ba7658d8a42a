"""Asks for the file that something is to be written to."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class AskPath(ModalScreen[Path | None]):
    """A line for a path; Enter gives it, Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", id="path.cancel")]
    DEFAULT_CSS = """
    AskPath { align: center middle; }
    AskPath #ask { width: 64; max-width: 95%; height: 4; padding: 0 1; background: $surface; border: round $primary; }
    """

    def __init__(self, what: str, proposal: str) -> None:
        super().__init__()
        self._what = what
        self._proposal = proposal

    def compose(self) -> ComposeResult:
        """What for, and the path."""
        with Vertical(id="ask"):
            yield Static(Content.styled(f"Write {self._what} to a new file (Enter; Esc cancels)", "$accent"))
            yield Input(self._proposal, compact=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(Path(event.value).expanduser() if event.value.strip() else None)


def write_new(path: Path, content: str) -> str | None:
    """Write a file that is not there yet; returns what went wrong, None where nothing did."""
    try:
        with path.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(content)
    except FileExistsError:
        return "there is such a file already"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return None
