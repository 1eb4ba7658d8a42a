"""Reads keys from the terminal so that Escape is told at once from the keys whose bytes begin with it."""

import os
from codecs import getincrementaldecoder
from select import select

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_AT_ONCE_BYTES = 4096
_IDLE_S = 0.1
_MARGIN_S = 0.005


class TerminalDriver(LinuxDriver):
    """Textual's driver, which itself looks every tenth of a second whether an Escape stayed alone.

    Bytes that are no UTF-8 are replaced, where Textual would end, and the end of the input is not read again and again.
    """

    def run_input_thread(self) -> None:
        """Turn bytes into messages until the app ends or the terminal is gone."""
        parser = XTermParser()
        decoder = getincrementaldecoder("utf-8")("replace")
        wait_s = _IDLE_S
        while not self.exit_event.is_set():
            is_there = bool(select([self.fileno], [], [], wait_s)[0])
            # A key's bytes come together, so a short silence says that there are no more.
            wait_s = constants.ESCAPE_DELAY + _MARGIN_S if is_there else _IDLE_S
            if is_there:
                data = os.read(self.fileno, _AT_ONCE_BYTES)
                if not data:
                    return
                # Without a text, as within a character, the parser would take this for the end.
                for message in parser.feed(text) if (text := decoder.decode(data)) else ():
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
