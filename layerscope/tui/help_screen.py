"""All keys of a screen, read from its bindings."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from layerscope.tui.widgets.row_table import Column, RowTable

HelpRow = tuple[str, str]


class HelpScreen(ModalScreen[None]):
    """Keys and what they do; Escape, q or ? closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, of: Screen[Any]) -> None:
        super().__init__()
        self._rows = help_rows(of)

    def compose(self) -> ComposeResult:
        """One table."""
        with Vertical(id="help"):
            yield Static(Content.styled("Keys", "bold $accent"))
            yield RowTable[HelpRow]((Column("key", 18), Column("does")), lambda row: row)

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(RowTable).show(self._rows)


def help_rows(screen: Screen[Any]) -> list[HelpRow]:
    """The keys that work on a screen now, several for one action in one row."""
    keys: dict[tuple[str, str], list[str]] = {}
    for _, binding, is_enabled, _ in screen.active_bindings.values():
        what = ": ".join(part for part in (binding.description, binding.tooltip) if part)
        if is_enabled and what and not binding.system:
            shown = keys.setdefault((binding.action, what), [])
            shown.append(screen.app.get_key_display(Binding(binding.key, binding.action)))
    return [(" ".join(dict.fromkeys(shown)), what) for (_, what), shown in keys.items()]
