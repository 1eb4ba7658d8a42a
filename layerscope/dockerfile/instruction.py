"""What a Dockerfile is made of: instructions, and where each of their characters stands in the file."""

import json
import math
from bisect import bisect_right
from functools import lru_cache

from msgspec import Struct


class Span(Struct, frozen=True, order=True):
    """Lines of a Dockerfile, from the first to the last one; the file's first line is 1."""

    first: int
    last: int


class Heredoc(Struct, frozen=True):
    """A here-document of an instruction: `text` is its content as it stands in the file."""

    name: str
    text: str


class Instruction(Struct, frozen=True):
    """One instruction.

    `source` is its text in the file to the byte, from character `start` on, with the end of its last line. `line` is
    what the builder reads: one line, without continuations, comments and here-documents. `flags` are its words such
    as `--from=builder`; its arguments begin at `arguments_at` of `line`.
    """

    number: int
    keyword: str
    span: Span
    start: int
    source: str
    line: str
    pieces: tuple[tuple[int, int], ...]
    flags: tuple[str, ...]
    arguments_at: int
    heredocs: tuple[Heredoc, ...]

    @property
    def end(self) -> int:
        """Where the next line begins in the file."""
        return self.start + len(self.source)

    @property
    def arguments(self) -> str:
        """What stands behind the keyword and its flags."""
        return self.line[self.arguments_at :].rstrip()

    @property
    def exec_form(self) -> tuple[str, ...] | None:
        """The words of a JSON list, None where the arguments are none, which the builder gives to a shell."""
        arguments = self.arguments
        return _read_list(arguments) if arguments.startswith("[") else None

    def flag(self, name: str) -> str | None:
        """The value of the first flag of that name, empty for one without a value, None where there is none."""
        return next((value for flag, value in map(_halves, self.flags) if flag == name), None)

    def place(self, position: int) -> int:
        """Where a character of `line` stands in the file."""
        in_line, in_file = self.pieces[bisect_right(self.pieces, (position, math.inf)) - 1]
        return in_file + position - in_line

    def place_behind(self, position: int) -> int:
        """Where the text in front of `position` of `line` ends in the file."""
        return self.place(position - 1) + 1


@lru_cache(maxsize=1_024)
def _read_list(text: str) -> tuple[str, ...] | None:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _halves(flag: str) -> tuple[str, str]:
    name, _, value = flag.partition("=")
    return name, value
