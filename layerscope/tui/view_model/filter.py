"""What somebody types to see less: words of a path, patterns, and sizes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layerscope.layers.columns import Integers, Mask

_SIZE = re.compile(r"([<>])=?(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, slots=True)
class Filter:
    """Words that must all match: `>10MB` and `<1KiB` the size, one with `*` or `?` the end of the name, any other a
    part of it, whatever its case.
    """

    words: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    least_bytes: int = 0
    most_bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """Read what was typed; every text means something."""
        words, patterns = [], []
        least_bytes, most_bytes = 0, None
        for word in text.lower().split():
            if size := _SIZE.fullmatch(word):
                count_bytes = _bytes(size)
                if size.group(1) == ">":
                    least_bytes = max(least_bytes, count_bytes)
                else:
                    most_bytes = count_bytes if most_bytes is None else min(most_bytes, count_bytes)
            elif "*" in word or "?" in word:
                patterns.append(_pattern(word))
            else:
                words.append(word)
        return cls(tuple(words), tuple(patterns), least_bytes, most_bytes)

    @property
    def is_empty(self) -> bool:
        """Whether everything matches."""
        return self == Filter()

    def matches(self, name: str, size_bytes: int | None = None) -> bool:
        """Whether one name of a size matches; an unknown size is never the reason why not."""
        if size_bytes is not None and (
            size_bytes < self.least_bytes or (self.most_bytes is not None and size_bytes > self.most_bytes)
        ):
            return False
        name = name.lower()
        return all(word in name for word in self.words) and all(pattern.search(name) for pattern in self.patterns)

    def mask(self, paths: Sequence[bytes], sizes: Integers) -> Mask:
        """Which of many paths match, with their sizes."""
        found: Mask = sizes >= self.least_bytes
        if self.most_bytes is not None:
            found &= sizes <= self.most_bytes
        if self.words or self.patterns:
            places = np.flatnonzero(found)
            named = [self.matches("/" + paths[place].decode("utf-8", "replace")) for place in places.tolist()]
            found[places] = named
        return found


def _bytes(size: re.Match[str]) -> int:
    unit_bytes: int = (1024 if size.group(4) else 1000) ** _POWERS[size.group(3)]
    return round(float(size.group(2)) * unit_bytes)


def _pattern(word: str) -> re.Pattern[str]:
    """A pattern as a shell has it, of the last part of a path, or of its end where it has a slash."""
    # Runs of stars are one: each more would double the work on a name that does not match.
    parts = re.split(r"(\*+|\?)", word)
    text = "".join(".*" if part.startswith("*") else "[^/]" if part == "?" else re.escape(part) for part in parts)
    if "/" not in word:
        text = text.replace(".*", "[^/]*")
    return re.compile(f"(?:^|/){text}$")
