"""Path patterns of detectors as regular expressions."""

import re
from collections.abc import Iterable, Sequence


def translate(pattern: str) -> bytes:
    """`**/` is any folders or none, `*` anything but a slash; the rest stands for itself."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    known = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return "".join(known.get(part, re.escape(part)) for part in parts).encode()


def join(groups: Sequence[Iterable[str]]) -> "re.Pattern[bytes] | None":
    """One expression with a group for each item, matched whole; of several that match the first item wins."""
    branches = [
        b"((?:" + b"|".join(map(translate, patterns)) + b")\\Z)" if patterns else b"((?!))" for patterns in groups
    ]
    return re.compile(b"|".join(branches), re.DOTALL) if branches else None
