"""Standard input, output and error where they are closed, full, or nobody reads them any more."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

_USAGE = 2


def open_closed() -> None:
    """Put something in the place of closed streams, or the next file that is opened would be written to as one of them.

    What is printed to a closed output fails as it should; messages that nobody can see are dropped.
    """
    for number, flags in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", closefd=False)


def end(status: int) -> NoReturn:
    """Print what is not out yet, and end at once with that status, 2 where nothing can be printed."""
    status = print_all("", status)
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(status)


def print_all(text: str, status: int) -> int:
    """Print a text behind what is not out yet; returns the status, or another one where nothing can be printed."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os._exit(status)
    except OSError as error:
        return status or say_unprintable(error)
    return status


def say_unprintable(error: OSError) -> int:
    """Say why nothing can be printed; returns the exit status."""
    say(f"Standard output cannot be written: {error.strerror or error}.")
    return _USAGE


def say(text: str, before: str = "") -> None:
    """Say a sentence on standard error, if anybody can hear it."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{before}layerscope: {text}\n")
        sys.stderr.flush()
