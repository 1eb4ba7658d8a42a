"""The commands of a RUN: their words and places, the operators around them, and taking one away."""

import pytest

from layerscope.dockerfile.commands import commands_of, remove_command, why_not_joinable
from layerscope.dockerfile.edits import apply_edits
from layerscope.dockerfile.parse import parse_dockerfile

RUN = "RUN --network=none A=1 sudo make 'x y' \\\n  # why\n  && (cd /z; rm \"q\") || true | cat\n"


def test_words_operators_and_places() -> None:
    item = parse_dockerfile(f"FROM a\n{RUN}").instructions[1]
    commands = commands_of(item)
    assert [(one.prefix, one.texts, one.before, one.after, one.depth) for one in commands] == [
        (("A=1", "sudo"), ("make", "x y"), "", "&&", 0),
        ((), ("cd", "/z"), "(", ";", 1),
        ((), ("rm", "q"), ";", ")", 1),
        ((), ("true",), "||", "|", 0),
        ((), ("cat",), "|", "", 0),
    ]
    assert [item.line[one.start : one.end] for one in commands][:2] == ["A=1 sudo make 'x y'", "cd /z"]
    assert [one.is_joined for one in commands] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("run", "number", "after"),
    [
        ("RUN a && b && c\n", 0, "RUN b && c\n"),
        ("RUN a && b && c\n", 1, "RUN a && c\n"),
        ("RUN a && b && c\n", 2, "RUN a && b\n"),
        ("RUN a \\\n    && b \\\n    && c\n", 1, "RUN a \\\n    && c\n"),
        ("RUN a && \\\n    b && \\\n    c\n", 2, "RUN a && \\\n    b\n"),
        ("RUN a\n", 0, ""),
        ("RUN a; b\n", 1, None),
        ("RUN a || b\n", 0, None),
        ("RUN a && b | c\n", 1, None),
        ("RUN a \\\n  # why\n  && b\n", 1, None),
    ],
)
def test_a_command_goes_with_what_joins_it(run: str, number: int, after: str | None) -> None:
    dockerfile = parse_dockerfile(f"FROM a\n{run}CMD z\n")
    edit = remove_command(dockerfile.instructions[1], number)
    assert (None if edit is None else apply_edits(dockerfile, [edit])) == (
        None if after is None else f"FROM a\n{after}CMD z\n"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("RUN a", None),
        ("RUN (a)", None),
        ("RUN if a; then b; fi", None),
        ("COPY a b", "line 2 is no RUN"),
        ('RUN ["a"]', "line 2 runs without a shell"),
        ("RUN <<E\na\nE", "the commands of line 2 are in a here-document"),
        ("RUN a;", "nothing can be added to the end of line 2"),
        ("RUN a && exec b", "nothing can be added to the end of line 2"),
        ("RUN a # b", "nothing can be added to the end of line 2"),
    ],
)
def test_what_can_be_added_to(line: str, reason: str | None) -> None:
    assert why_not_joinable(parse_dockerfile(f"FROM a\n{line}\n").instructions[1]) == reason
