"""Lines of which those in sight are drawn; another number of them needs no layout of the screen."""

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class LineView(ScrollView, can_focus=True):
    """A subclass draws lines, and says by `set_lines` how many there are.

    The scrollbar has its column always, and is as empty as the rest of it where there is nothing to scroll.
    """

    DEFAULT_CSS = """
    LineView {
        padding: 0 1; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        scrollbar-background: transparent; scrollbar-background-hover: transparent;
        scrollbar-background-active: transparent;
    }
    """

    def set_lines(self, lines: int) -> None:
        """There are so many lines now; those in sight are drawn anew."""
        # As a change of a reactive value it would make Textual lay out the screen, which takes longer than drawing it.
        self.set_reactive(Widget.virtual_size, Size(0, lines))
        self.vertical_scrollbar.window_virtual_size = lines
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        self.refresh()
