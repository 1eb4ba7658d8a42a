"""What every screen has: the header, the tabs, a body, the footer, and the keys that mean the same everywhere."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from layerscope.analysis import Analysis
from layerscope.tui.bindings import APP
from layerscope.tui.session import Session
from layerscope.tui.view_model.header import headline, size_line
from layerscope.tui.widgets.header import ImageHeader, ScreenTabs
from layerscope.tui.widgets.key_line import KeyLine

_WIDE_CELLS = 110


class AnalysisScreen(Screen[None]):
    """One of the numbered screens; a subclass gives NUMBER, NAME and LABEL, and composes its `framed` body."""

    NUMBER: ClassVar[int]
    NAME: ClassVar[str]
    LABEL: ClassVar[str]
    BINDINGS: ClassVar[list[BindingType]] = list(APP)
    AUTO_FOCUS = "#body RowTable, #body Treemap"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE_CELLS, "-wide")]  # noqa: RUF012 - Textual declares it for instances

    def __init__(self, session: Session) -> None:
        super().__init__(id=f"screen-{self.NAME}")
        self.session = session
        self._was_transfer = session.is_transfer

    @property
    def analysis(self) -> Analysis:
        """The image, taken apart."""
        return self.session.analysis

    def framed(self, body: Iterable[Widget]) -> ComposeResult:
        """The header and the tabs, a screen's own widgets, and the keys."""
        # Textual would find out after a first layout, and make all styles and the layout anew.
        self.add_class("-wide" if self.app.size.width >= _WIDE_CELLS else "-narrow")
        yield ImageHeader(headline(self.analysis), size_line(self.analysis))
        yield ScreenTabs(self.session.tabs, self.NAME)
        with Container(id="body"):
            yield from body
        yield KeyLine()

    def copy_text(self) -> str | None:
        """What `y` copies; None where there is nothing."""
        return None

    def on_screen_resume(self) -> None:
        """Sizes may have been changed while another screen was shown."""
        self.follow_basis()

    def follow_basis(self) -> None:
        """Show the sizes that are wanted now."""
        if self._was_transfer != self.session.is_transfer:
            self._was_transfer = self.session.is_transfer
            self.basis_changed()

    def basis_changed(self) -> None:
        """Stored bytes are shown instead of bytes on the wire, or the other way about."""

    def action_copy(self) -> None:
        """Copy to the clipboard by OSC 52, which also reaches through ssh."""
        text = self.copy_text()
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied: {text[:60]}", markup=False)
        else:
            self.notify("There is nothing to copy here.", severity="warning")
