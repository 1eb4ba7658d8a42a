"""Build arguments in a `created_by`: `RUN |2 A=b C=d e /bin/sh -c …`, where nothing quotes their values."""

import re

from msgspec import Struct

_HEAD = re.compile(r"\s{0,8}(?:RUN )?\|(\d{1,9}) ")
_START = re.compile(r"(?<!\S)(?P<name>[A-Za-z_][A-Za-z0-9_]*+)=")
_SHELL = re.compile(r"(?<!\S)/(?:[\w.-]{1,60}/){1,8}(?:ba|da|a|z|k)?sh(?=\s-)")
_SPACE = re.compile(r"\s")


class BuildArgument(Struct, frozen=True):
    """The value of `name` is `text[start:end]` of the text in which it was found."""

    name: str
    start: int
    end: int


class BuildArguments(Struct, frozen=True):
    """Those of an instruction; `end` is where the command begins, with its shell's path.

    With `is_ambiguous` a value has words that look like further arguments, and none of these ends is certain.
    """

    found: tuple[BuildArgument, ...]
    end: int
    is_ambiguous: bool


def find_build_arguments(text: str) -> BuildArguments | None:
    """The arguments before a command, None where there are none; their number tells which of many paths is the shell's.

    Where no shell runs the command, the last value is one word.
    """
    if not (head := _HEAD.match(text)):
        return None
    count = int(head.group(1))
    starts = list(_START.finditer(text, head.end()))
    end = _end(text, starts[count - 1].end() if 0 < count <= len(starts) else None, head.end())
    starts = [start for start in starts if start.end() <= end]
    ends = [*(start.start() for start in starts[1:]), end]
    found = (
        BuildArgument(start["name"], start.end(), start.end() + len(text[start.end() : stop].rstrip()))
        for start, stop in zip(starts, ends, strict=False)
    )
    return BuildArguments(tuple(found), end, len(starts) > count)


def _end(text: str, last: int | None, first: int) -> int:
    """Where the shell's path begins, behind the beginning of the last value if that is known."""
    if shell := _SHELL.search(text, first if last is None else last):
        return shell.start()
    space = None if last is None else _SPACE.search(text, last)
    return space.end() if space else len(text)
