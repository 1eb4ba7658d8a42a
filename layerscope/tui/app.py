"""The app: which screen is shown, and what all screens have in common."""

import asyncio
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import App, SystemCommand
from textual.screen import ModalScreen, Screen

from layerscope.analysis import Analysis
from layerscope.tui.ahead import mount_unseen, prepare_search
from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.driver import TerminalDriver
from layerscope.tui.help_screen import HelpScreen
from layerscope.tui.messages import GoToFile, GoToFinding, GoToLayer, GoToRow, GoToScreen, ScanEnded
from layerscope.tui.palette import DARK, LIGHT, variables
from layerscope.tui.scan import Scan
from layerscope.tui.scan_screen import ScanScreen
from layerscope.tui.screens import all_screens
from layerscope.tui.screens.files import FilesScreen
from layerscope.tui.screens.layers import LayersScreen
from layerscope.tui.screens.waste import WasteScreen
from layerscope.tui.session import Session

_BETWEEN_SCREENS_S = 0.03


class LayerscopeApp(App[None]):
    """Shows an analysis, or a scan and then the analysis that it makes; `error` is what ended it, if anything did.

    `when_prepared` is called once all screens have been made.
    """

    CSS_PATH = "app.tcss"
    TITLE = "layerscope"
    BINDINGS: ClassVar[list[Any]] = [
        (str(screen.NUMBER), f"show_screen('{screen.NAME}')", "") for screen in all_screens()
    ]

    def __init__(self, shown: Analysis | Scan, when_prepared: Callable[[], None] = lambda: None) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.session: Session | None = None
        self.error: BaseException | None = None
        self._shown = shown
        self._when_prepared = when_prepared
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names for colours, for whichever theme is chosen."""
        return variables(is_dark=self.current_theme.dark)

    async def on_mount(self) -> None:
        """Begin with the answer, or with the scan that will give it."""
        # As an exception out of nowhere, SIGTERM would leave the terminal as it is now.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._interrupt)
        if isinstance(self._shown, Analysis):
            await self._show(self._shown)
        else:
            self.push_screen(ScanScreen(self._shown.reference, self._shown.state))
            self._shown.start(self.post_message)

    async def _show(self, analysis: Analysis) -> None:
        with_gpu_code = self._shown.with_gpu_code if isinstance(self._shown, Scan) else None
        tabs = tuple((screen.NUMBER, screen.NAME, screen.LABEL) for screen in all_screens())
        self.session = Session(analysis, tabs, with_gpu_code)
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        await self.action_show_screen(all_screens()[0].NAME)
        self.screen.call_after_refresh(self._prepare_soon)

    def _prepare_soon(self) -> None:
        """Let keys be answered first."""
        self.set_timer(_BETWEEN_SCREENS_S, partial(self.call_later, self._prepare))

    async def _prepare(self) -> None:
        """Make one more screen before somebody asks for it, and in the end what a filter searches."""
        name = next((item.NAME for item in all_screens() if not self.is_screen_installed(item.NAME)), None)
        if self.session is None or self.return_code is not None:
            return
        if name is not None:
            await self._mounted(name, self.session)
            self._prepare_soon()
        else:
            self._when_prepared()
            prepare_search(self.session.analysis.index.tree)

    async def _mounted(self, name: str, session: Session) -> AnalysisScreen:
        """A screen by its name, made when first asked for."""
        if not self.is_screen_installed(name):
            kind = next(item for item in all_screens() if name == item.NAME)
            self.install_screen(kind(session), name)
            await mount_unseen(self, self.get_screen(name))
        return self.get_screen(name, AnalysisScreen)

    @on(ScanEnded)
    async def _scan_ended(self, message: ScanEnded) -> None:
        if self.error is not None:
            # Whoever has left already hears nothing of how the scan ended.
            return
        if isinstance(message.result, Analysis):
            await self._show(message.result)
        else:
            self.error = message.result
            self.exit(return_code=1)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers: every screen, beside Textual's own commands."""
        yield from super().get_system_commands(screen)
        for item in all_screens() if self.session else ():
            yield SystemCommand(
                f"Show {item.LABEL}", f"Screen {item.NUMBER}", partial(self.action_show_screen, item.NAME)
            )

    async def action_show_screen(self, name: str) -> None:
        """Show a screen by its name; while the scan runs there are none yet."""
        if self.session is None:
            return
        screen = await self._mounted(name, self.session)
        # What is there now is a screen of ours, or Textual's own, which stays below.
        await (self.switch_screen(screen) if len(self.screen_stack) > 1 else self.push_screen(screen))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the numbers alone while a question is asked."""
        is_asked = action == "show_screen" and isinstance(self.screen, ModalScreen)
        return False if is_asked else super().check_action(action, parameters)

    def action_help(self) -> None:
        """Show all keys of the current screen."""
        self.push_screen(HelpScreen(self.screen))

    def action_leave(self) -> None:
        """End; a scan that is still running is cancelled."""
        if self.session is None:
            self._interrupt()
        else:
            self._end()

    def _interrupt(self) -> None:
        if self.session is None and isinstance(self._shown, Scan):
            self._shown.state.cancel()
        self.error = KeyboardInterrupt()
        self._end()

    def _end(self) -> None:
        """End once no screen is on its way: its widgets would not arrive any more, and be missed."""
        self.call_later(self.exit)

    def action_basis(self) -> None:
        """Change between stored bytes and bytes on the wire."""
        if self.session is None:
            return
        if self.session.has_transfer:
            self.session.is_transfer = not self.session.is_transfer
            for item in self.screen_stack:
                if isinstance(item, AnalysisScreen):
                    item.follow_basis()
        else:
            self.notify("Nothing is known of the bytes on the wire.", severity="warning")

    @on(GoToScreen)
    async def _go_to_screen(self, message: GoToScreen) -> None:
        await self.action_show_screen(message.name)

    @on(GoToLayer)
    async def _go_to_layer(self, message: GoToLayer) -> None:
        await self.action_show_screen(LayersScreen.NAME)
        if isinstance(self.screen, LayersScreen):
            self.screen.show_layer(message.position)

    @on(GoToRow)
    async def _go_to_row(self, message: GoToRow) -> None:
        await self.action_show_screen(LayersScreen.NAME)
        if isinstance(self.screen, LayersScreen):
            self.screen.show_row(message.row)

    @on(GoToFinding)
    async def _go_to_finding(self, message: GoToFinding) -> None:
        await self.action_show_screen(WasteScreen.NAME)
        if isinstance(self.screen, WasteScreen):
            self.screen.show_finding(message.finding)

    @on(GoToFile)
    async def _go_to_file(self, message: GoToFile) -> None:
        if self.session and not self.session.analysis.index.visible[message.row]:
            await self._go_to_row(GoToRow(message.row))
            return
        await self.action_show_screen(FilesScreen.NAME)
        if isinstance(self.screen, FilesScreen):
            self.screen.show_row(message.row)
