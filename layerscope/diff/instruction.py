"""Instructions without the digests by which the classic builder names what it copies; they change with the content."""

import re

_COPIED = re.compile(r"\b(file|dir|multi):[0-9a-f]{64}\b")


def without_copied(instruction: str) -> str:
    """An instruction such that two are equal if somebody wrote the same line."""
    return _COPIED.sub(r"\1:", instruction)


def shorten(instruction: str, limit: int) -> str:
    """An instruction for people, of at most `limit` characters."""
    text = _COPIED.sub(r"\1:…", instruction)
    return text if len(text) <= limit else text[: limit - 1] + "…"
