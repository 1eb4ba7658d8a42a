"""What a registry wants to be shown before it answers (RFC 9110, section 11.6.1)."""

import re
from collections.abc import Iterable

from msgspec import Struct

_HEADER_LIMIT_CHARACTERS = 8192
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_PARAMETER = rf'(?P<key>{_TOKEN})[ \t]{{0,8}}=[ \t]{{0,8}}(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"]+))'
_PART = re.compile(rf"{_PARAMETER}|(?P<scheme>{_TOKEN})")


class Challenge(Struct, frozen=True):
    """A scheme, in lower case, and its parameters."""

    scheme: str
    parameters: dict[str, str]


def parse_challenges(headers: Iterable[str]) -> list[Challenge]:
    """Read WWW-Authenticate headers, one or several challenges in each; what is no challenge is passed over."""
    challenges: list[Challenge] = []
    for header in headers:
        current: dict[str, str] | None = None
        for match in _PART.finditer(header[:_HEADER_LIMIT_CHARACTERS]):
            if match["scheme"]:
                current = {}
                challenges.append(Challenge(match["scheme"].lower(), current))
            elif current is not None:
                value = match["bare"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
                current.setdefault(match["key"].lower(), value)
    return challenges
