"""Which kinds of change a tree shows, by the keys that switch each."""

from msgspec import Struct

from layerscope.tui.view_model.file_tree import Mark
from layerscope.tui.view_model.folders import Shown

_NAMES = {"added": Mark.ADDED, "changed": Mark.CHANGED, "removed": Mark.REMOVED, "same": Mark.SAME}
_KEYS = {"added": "+", "changed": "~", "removed": "-", "same": "=", "hidden": "x"}


class ChangeFilter(Struct, frozen=True):
    """The kinds that are left out, by name."""

    left_out: frozenset[str] = frozenset()

    def toggled(self, name: str) -> "ChangeFilter":
        """The same with one kind switched."""
        return ChangeFilter(self.left_out ^ {name})

    @property
    def shown(self) -> Shown:
        """What is shown then."""
        marks = frozenset(mark for name, mark in _NAMES.items() if name not in self.left_out)
        return Shown(marks, "hidden" not in self.left_out)

    @property
    def text(self) -> str:
        """The keys of the kinds that are shown, and those that are not in brackets."""
        return " ".join(f"({key})" if name in self.left_out else key for name, key in _KEYS.items())
