"""Which images a command is about: from its arguments and from a file, one a line."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from layerscope.errors import UsageError
from layerscope.units import safe_text

PLACEHOLDER = "{name}"
_LIST_LIMIT_BYTES = 1 << 20
_NAME_CHARACTERS = 120
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


def all_references(arguments: Iterable[str], from_file: str | None) -> tuple[str, ...]:
    """The references, each once; raises UsageError where there is none, or the list cannot be read."""
    listed = read_list(from_file) if from_file is not None else ()
    references = tuple(dict.fromkeys([*arguments, *listed]))
    if not references:
        where = f"{safe_text(from_file)} names no image." if from_file is not None else "Missing argument 'REF'."
        raise UsageError(where, hint="Name an image, an archive or a layout; see `layerscope analyze --help`.")
    if from_file == "-" and "-" in references:
        raise UsageError("Standard input cannot be the list and an image in one run.", hint="Put the list into a file.")
    return references


def read_list(path: str) -> tuple[str, ...]:
    """The references of a file, or of standard input for `-`; blank lines and comments are left out.

    A reference may hold a `#`; only a line that begins with it, or what follows a blank and it, is a comment.
    """
    try:
        content = _read_start(path)
        # Editors of Windows put a mark before the first line.
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is no UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(f"The list {safe_text(path)} cannot be read: {reason}.", hint="Check the path.") from error
    if len(content) > _LIST_LIMIT_BYTES:
        raise UsageError(
            f"The list {safe_text(path)} has more than {_LIST_LIMIT_BYTES} bytes.", hint="One reference a line."
        )
    lines = (re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def _read_start(path: str) -> bytes:
    """As much of a list as is allowed, and a byte more; nothing where standard input is closed."""
    if path == "-":
        return sys.stdin.buffer.read(_LIST_LIMIT_BYTES + 1) if sys.stdin else b""
    with Path(path).open("rb") as file:
        return file.read(_LIST_LIMIT_BYTES + 1)


def file_names(references: Iterable[str]) -> tuple[str, ...]:
    """A name for each reference that is fit for a file, and no other's: what stands for `{name}` in a path."""
    names: dict[str, str] = {}
    for reference in references:
        plain = _UNUSUAL.sub("-", reference).strip("-.")[:_NAME_CHARACTERS] or "image"
        name, number = plain, 1
        # Names that differ in case only are one file on some systems.
        while name.lower() in names:
            number += 1
            name = f"{plain}-{number}"
        names[name.lower()] = name
    return tuple(names.values())
