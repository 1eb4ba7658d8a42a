"""The line above a list: the lists of the screen, the one that is shown marked, and how it is sorted."""

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


class ListBar(Static):
    """Each list can be clicked; what is said on the right stays as long as there is room."""

    DEFAULT_CSS = """
    ListBar {
        height: 1; padding: 0 1 0 0; background: $surface; link-style: none; link-color: $foreground;
        link-style-hover: underline; link-background-hover: $panel; link-color-hover: $foreground;
    }
    """

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(id="list-bar")
        self._titles = tuple(titles)
        self._current = 0
        self._note = ""

    def show(self, current: int, note: str) -> None:
        """Mark another list, and say something else on the right."""
        self._current, self._note = current, note
        self.refresh()

    def render(self) -> Content:
        """One line."""
        parts = [
            Content.styled(f" {title} ", "bold reverse" if number == self._current else "").stylize(
                Style.from_meta({"@click": f"screen.show_list({number})"})
            )
            for number, title in enumerate(self._titles)
        ]
        lists = Content(" ").join(parts)
        room = self.size.width - lists.cell_length - 1
        if room < len(self._note):
            return lists
        return Content.assemble(lists, " " * (room + 1 - len(self._note)), (self._note, "$quiet"))
