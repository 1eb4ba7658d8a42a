"""The command `layerscope`, and `python -m layerscope`."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from layerscope.cli.streams import end, open_closed, print_all

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its status; the version alone needs none of the rest."""
    open_closed()
    if sys.argv[1:] == ["--version"]:
        from layerscope.__about__ import __version__

        if status := print_all(f"layerscope {__version__}\n", 0):
            os._exit(status)
        sys.exit(0)
    # Until there is something to clean up, and once there is nothing any more, an interrupt ends all at once.
    _leave_on_interrupt()
    sys.unraisablehook = _leave_where_ignored
    # numpy would start threads for linear algebra, which nothing here does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from layerscope.cli.main import run

    # A run makes many objects and no circles of them, and ends; looking for circles costs a tenth of it.
    gc.disable()
    status = run(sys.argv[1:])
    _leave_on_interrupt()
    # Taking a million objects apart one by one, only to end, takes as long as reading a layer.
    end(status)


def _leave_on_interrupt() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # What was ignored when we were started, as `nohup` and shells do for jobs behind them, stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)


def _leave_where_ignored(ignored: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised in its callbacks; an interrupt there still ends the command."""
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        _leave(signal.SIGINT, None)
    sys.__unraisablehook__(ignored)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, b"\nlayerscope: interrupted\n")
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
