"""Words and variables as a POSIX shell reads them."""

import subprocess

import pytest

from layerscope.dockerfile.words import expand, names_of_variables, split_words, unquote

VARIABLES: dict[str, str | None] = {"A": "one", "EMPTY": "", "UNKNOWN": None}


@pytest.mark.parametrize(
    "text",
    [
        *("$A", "${A}x", "x${A}y$EMPTY", "${A:-b}", "${EMPTY:-b}", "${EMPTY-b}", "${NONE:-b}", "${NONE-b}", "${A:+b}"),
        *("${EMPTY:+b}", "${EMPTY+b}", "${NONE+b}", "\\$A", "a$NONE", "plain"),
    ],
)
def test_variables_are_replaced_as_in_a_shell(text: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'A=one; EMPTY=; printf %s "{text}"'], capture_output=True, check=True, text=True
    )
    assert expand(text, VARIABLES) == done.stdout


@pytest.mark.parametrize("text", ["$UNKNOWN", "a${UNKNOWN}", "${A#o}", "${A:-${B}}"])
def test_what_is_not_known_stays_unknown(text: str) -> None:
    assert expand(text, VARIABLES) is None


@pytest.mark.parametrize("text", ['a \'b c\' "d \\" e" f\\ g', "''  x=\"1 2\"'3'"])
def test_words_are_those_of_a_shell(text: str) -> None:
    done = subprocess.run(["sh", "-c", f"printf '%s\\n' {text}"], capture_output=True, check=True, text=True)
    words = split_words(text)
    assert [unquote(word.text) for word in words] == done.stdout.splitlines()
    assert all(text[word.start : word.end] == word.text for word in words)


def test_names_of_variables() -> None:
    assert names_of_variables("a$B${C}${D:-x}\\$E") == {"B", "C", "D"}
