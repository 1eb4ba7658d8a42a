"""The line at the bottom: the keys that work now, as many as there is room for; each can be clicked."""

from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static


class KeyLine(Static):
    """One widget for all keys; Textual's own footer makes one for each, anew at every change of focus."""

    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; height: 1; padding: 0 1; background: $panel;
        link-style: none; link-color: $foreground; link-color-hover: $foreground; link-background-hover: $surface;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[tuple[str, str, str]] = []

    def on_mount(self) -> None:
        """Follow the keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def render(self) -> Content:
        """Keys and what they do; the last that fits is a whole one."""
        line = Content("")
        self._drawn = self._keys()
        for key, shown, description in self._drawn:
            click = Style.from_meta({"@click": f"app.simulate_key('{key}')"})
            item = Content.assemble((shown, "bold $accent"), " ", (description, click))
            longer = Content("  ").join([line, item]) if line else item
            if longer.cell_length > self.size.width:
                break
            line = longer
        return line

    def _keys(self) -> list[tuple[str, str, str]]:
        """Key, how it is shown, and what it does; several keys for one action are shown as the first."""
        found: dict[str, tuple[str, str, str]] = {}
        for _, binding, is_enabled, _ in self.screen.active_bindings.values():
            if binding.show and is_enabled:
                shown = self.app.get_key_display(binding)
                found.setdefault(binding.action, (binding.key, shown, binding.description))
        return list(found.values())

    def _changed(self, _screen: Screen[object]) -> None:
        if self._keys() != self._drawn:
            self.refresh()
