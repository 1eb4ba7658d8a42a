"""Words and variables of a Dockerfile's instructions, as the builder reads them."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

WORD = re.compile(r"(?:[^\s'\"\\]++|\\.|\\$|'[^']*+(?:'|\Z)|\"(?:[^\"\\]++|\\.)*+(?:\"|\Z))++", re.DOTALL)
VARIABLE = re.compile(
    r"\\(?P<escaped>.)|\$(?:(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<operator>:?[-+])(?P<other>[^{}$]*))?\})|(?P<odd>\$\{)"
)
_QUOTED = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", re.DOTALL)

_ESCAPED = re.compile(r"\\([\"\\$`])")


class Word(NamedTuple):
    """A word as it is written, and where it begins and ends."""

    text: str
    start: int
    end: int


def split_words(text: str, start: int = 0) -> list[Word]:
    """The words of a text from `start` on, with their quotes."""
    return [Word(match.group(), match.start(), match.end()) for match in WORD.finditer(text, start)]


def unquote(word: str) -> str:
    """A word without its quotes and escapes."""
    return _QUOTED.sub(_inside, word)


def expand(text: str, variables: Mapping[str, str | None]) -> str | None:
    """A text with its variables replaced; None where one of them, or how it is written, is unknown.

    A name that `variables` does not have is empty, as for the builder (Dockerfile reference, environment replacement).
    """
    known = True

    def value(match: re.Match[str]) -> str:
        nonlocal known
        if match["escaped"] is not None:
            return match["escaped"]
        found = _value(match, variables)
        known = known and found is not None
        return found or ""

    expanded = VARIABLE.sub(value, text)
    return expanded if known else None


def names_of_variables(text: str) -> frozenset[str]:
    """The names of the variables that a text uses."""
    found = (match["plain"] or match["name"] for match in VARIABLE.finditer(text))
    return frozenset(name for name in found if name)


def _inside(match: re.Match[str]) -> str:
    plain, doubled, escaped = match.groups()
    if doubled is not None:
        return _ESCAPED.sub(r"\1", doubled)
    return escaped if plain is None else plain


def _value(match: re.Match[str], variables: Mapping[str, str | None]) -> str | None:
    if match["odd"]:
        return None
    name, operator = match["plain"] or match["name"], match["operator"] or ""
    value = variables.get(name, "")
    if value is None or not operator:
        return value
    is_set = bool(value) if operator.startswith(":") else name in variables
    chosen: Callable[[], str] = (
        (lambda: value if is_set else match["other"]) if "-" in operator else (lambda: match["other"] if is_set else "")
    )
    return chosen()
