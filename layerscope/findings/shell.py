"""The commands of a RUN instruction, without a shell: words, quotes and operators, in one pass."""

import re
from collections.abc import Iterator
from functools import lru_cache

TOKEN = re.compile(
    r"(?P<operator>&&|\|\||[;|&()])"
    r"|(?P<word>(?:[^\s;|&()'\"\\]++|\\.|'[^']*+(?:'|\Z)|\"(?:[^\"\\]++|\\.)*+(?:\"|\Z))++)",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PREFIXES = frozenset({"sudo", "exec", "env", "time", "then", "do", "else", "if", "while", "!", "{", "command", "-E"})
_TEXT_LIMIT_CHARACTERS = 1 << 20


@lru_cache(maxsize=256)
def commands(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each command, quotes taken off, without assignments and words such as `sudo` before the program.

    What follows on the first MiB is not read. Heredocs are read as one command.
    """
    return tuple(tuple(words) for words in _split(text[:_TEXT_LIMIT_CHARACTERS]) if words)


def is_before_program(word: str) -> bool:
    """Whether a word at the beginning of a command is none of its program's: an assignment, `sudo`, `then`."""
    return word in _PREFIXES or _ASSIGNMENT.match(word) is not None


def _split(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    for match in TOKEN.finditer(text):
        if match.lastgroup == "operator":
            yield words
            words = []
        else:
            word = match.group()
            if words or not is_before_program(word):
                words.append(unquote(word))
    yield words


def unquote(word: str) -> str:
    """A word without its quotes."""
    return word.replace('"', "").replace("'", "") if '"' in word or "'" in word else word
