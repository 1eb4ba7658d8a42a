"""What somebody types to see less: words of a path, patterns, and sizes."""

import re
from functools import lru_cache

import numpy as np
from msgspec import Struct

from layerscope.layers.columns import Integers, Mask
from layerscope.tui.view_model.path_search import SearchedPaths

_SIZE = re.compile(r"([<>])=?(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class Filter(Struct, frozen=True):
    """Words that must all match: `>10MB` and `<1KiB` the size, one with `*` or `?` the end of the name, any other a
    part of it, whatever its case.
    """

    words: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    least_bytes: int = 0
    most_bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """Read what was typed; every text means something."""
        words, globs = [], []
        least_bytes, most_bytes = 0, None
        for word in text.lower().split():
            if size := _SIZE.fullmatch(word):
                count_bytes = _bytes(size)
                if size.group(1) == ">":
                    least_bytes = max(least_bytes, count_bytes)
                else:
                    most_bytes = count_bytes if most_bytes is None else min(most_bytes, count_bytes)
            elif "*" in word or "?" in word:
                globs.append(word)
            else:
                words.append(word)
        return cls(tuple(words), tuple(globs), least_bytes, most_bytes)

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
        return all(word in name for word in self.words) and all(_regex(word).search(name) for word in self.globs)

    def mask(self, paths: SearchedPaths, sizes: Integers, among: Mask) -> Mask:
        """Which of many paths match, with their sizes; only those that are `among` them are looked at."""
        found: Mask = among & (sizes >= self.least_bytes)
        if self.most_bytes is not None:
            found &= sizes <= self.most_bytes
        for text in (*map(re.escape, self.words), *map(_in_text, self.globs)):
            if text.isascii():
                found &= paths.find(re.compile(text.encode()))
        is_odd = not "".join((*self.words, *self.globs)).isascii()
        for place in np.flatnonzero(found).tolist() if is_odd else paths.odd:
            found[place] = among[place] and self.matches(paths.path(place), int(sizes[place]))
        return found


def _in_text(word: str) -> str:
    """A pattern for names that end with NUL; a star at its beginning needs no search for where the name begins."""
    inner = word.lstrip("*")
    if inner != word:
        return f"{_body(inner)}(?=\0)"
    before = "\0" if word.startswith("/") else "/"
    return f"(?<={before}){_body(word)}(?=\0)"


def _bytes(size: re.Match[str]) -> int:
    unit_bytes: int = (1024 if size.group(4) else 1000) ** _POWERS[size.group(3)]
    return round(float(size.group(2)) * unit_bytes)


@lru_cache
def _regex(word: str) -> re.Pattern[str]:
    return re.compile(f"(?:^|/){_body(word)}\\Z")


def _body(word: str) -> str:
    """A pattern as a shell has it, as a regular expression; its stars pass slashes only where it has one itself."""
    # Runs of stars are one: each more would double the work on a name that does not match.
    parts = re.split(r"(\*+|\?)", word)
    star = "[^\0]*" if "/" in word else "[^/\0]*"
    return "".join(star if part.startswith("*") else "[^/\0]" if part == "?" else re.escape(part) for part in parts)
