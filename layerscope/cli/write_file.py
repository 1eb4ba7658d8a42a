"""Reports on disk: written beside and renamed, so that a failed write leaves an old report as it was."""

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from layerscope.errors import UsageError
from layerscope.units import safe_text


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file or nothing; raises UsageError where it cannot be written."""
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whose content comes piece by piece, or nothing; raises UsageError where it cannot be written."""
    if path.exists() and not path.is_file():
        _write_through(path, pieces)
        return
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except OSError as error:
        _remove(temporary)
        raise _unwritable(path, error) from error
    except BaseException:
        _remove(temporary)
        raise


def _remove(temporary: str) -> None:
    with contextlib.suppress(OSError):
        Path(temporary).unlink()


def _write_through(path: Path, pieces: Iterable[bytes]) -> None:
    """A device or a pipe is written to as it is."""
    try:
        with path.open("wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{safe_text(str(path))} cannot be written: {error.strerror or error}.",
        hint="Check the folder, its permissions and the space on the disk.",
    )
