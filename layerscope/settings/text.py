"""The text of a file of settings, and what somebody may have meant by a name in it."""

from collections.abc import Sequence
from pathlib import Path

from layerscope.errors import UsageError
from layerscope.units import safe_text

_LIMIT_BYTES = 1 << 20


def read_text(path: Path) -> str:
    """A file of settings; raises UsageError where it is not there, too long, or no text."""
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT_BYTES + 1)
        if len(content) > _LIMIT_BYTES:
            raise UsageError(f"The configuration {safe_text(str(path))} is longer than 1 MiB.")
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"The configuration {safe_text(str(path))} cannot be read: {reason}.") from error


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint with the names that are nearest to an unknown one."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""
