"""The two lines above every screen: which image this is and how big, and the screens with their numbers."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static


class ImageHeader(Static):
    """The image's name on the left, its sizes on the right; the sizes stay where there is no room for both."""

    def __init__(self, name: str, sizes: str) -> None:
        super().__init__(id="image-header")
        self._image = name
        self._sizes = sizes

    def render(self) -> Content:
        """One line."""
        room = self.size.width - len(self._sizes) - 2
        name = Content.styled(self._image, "bold").truncate(max(8, room), ellipsis=True)
        return Content.assemble(name, name and " " * max(2, room + 2 - name.cell_length), (self._sizes, "$quiet"))


class ScreenTabs(Static):
    """The screens by number; the one that is shown is marked."""

    def __init__(self, screens: Sequence[tuple[int, str, str]], current: str) -> None:
        super().__init__(id="screen-tabs")
        self._screens = screens
        self._current = current

    def render(self) -> Content:
        """One line; each part can be clicked. The numbers, names and titles are our own."""
        parts = []
        for number, name, title in self._screens:
            style = "bold reverse" if name == self._current else ""
            parts.append(Content.from_markup(f"[@click=app.show_screen('{name}')]{number} {title}[/]").stylize(style))
        return Content("  " if self.size.width >= 100 else " ").join(parts)
