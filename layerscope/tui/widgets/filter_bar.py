"""The line in which a filter is typed; it is there while somebody types or a filter is set."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterBar(Input):
    """Says at each key what is to be shown; Enter keeps it, Escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "Drop the filter", id="filter.drop"),
        Binding("down,tab", "keep", "To the rows", show=False, id="filter.keep"),
    ]

    DEFAULT_CSS = "FilterBar { dock: bottom; height: 1; background: $surface; }"

    @dataclass
    class Typed(Message):
        """The filter is another one now."""

        text: str

    @dataclass
    class Finished(Message):
        """The keys belong to the rows again."""

    def __init__(self) -> None:
        super().__init__(placeholder="text, *.so, >10MB, <1kB", id="filter", compact=True, select_on_focus=False)
        self.display = False

    def open(self) -> None:
        """Take the keys."""
        self.display = True
        self.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Back to the rows; the filter stays."""
        self.display = bool(self.value)
        self.post_message(self.Finished())

    def action_drop(self) -> None:
        """Show everything again."""
        self.value = ""
        self.action_keep()
