"""Reading a Dockerfile: spans, continuations, directives and here-documents, held against another parser."""

from io import BytesIO

import pytest
from dockerfile_parse import DockerfileParser
from hypothesis import given
from hypothesis import strategies as st

from layerscope.dockerfile.instruction import Span
from layerscope.dockerfile.parse import LIMIT_BYTES, parse_dockerfile
from layerscope.errors import BadDockerfile

AWKWARD = """\
# syntax=docker/dockerfile:1
# a comment, no directive
ARG TAG=22.04

FROM ubuntu:${TAG} AS base
  # indented comment
RUN apt-get update \\
    # why curl is needed
    && apt-get install -y curl \\

    git
env A=1 \\
    B="x # no comment"
RUN ["sh", "-c", "echo \\"hi\\""]
COPY --from=other --chmod=755 a b /c/
CMD exec app
"""


def lines_of(text: str) -> list[tuple[str, int, int, str]]:
    return [(item.keyword, item.span.first, item.span.last, item.line) for item in parse_dockerfile(text).instructions]


def test_awkward_layout() -> None:
    assert lines_of(AWKWARD) == [
        ("ARG", 3, 3, "ARG TAG=22.04"),
        ("FROM", 5, 5, "FROM ubuntu:${TAG} AS base"),
        ("RUN", 7, 11, "RUN apt-get update     && apt-get install -y curl     git"),
        ("ENV", 12, 13, 'env A=1     B="x # no comment"'),
        ("RUN", 14, 14, 'RUN ["sh", "-c", "echo \\"hi\\""]'),
        ("COPY", 15, 15, "COPY --from=other --chmod=755 a b /c/"),
        ("CMD", 16, 16, "CMD exec app"),
    ]


def test_spans_are_those_of_another_parser() -> None:
    # That parser ends an instruction at a blank line, and leaves comments out of its text.
    text = AWKWARD.replace("\n\n    git", "\n    git")
    other = DockerfileParser(fileobj=BytesIO(text.encode()))
    expected = [
        (item["instruction"], item["startline"] + 1, item["endline"] + 1, item["content"])
        for item in other.structure
        if item["instruction"] != "COMMENT"
    ]
    found = parse_dockerfile(text).instructions
    assert [
        (item.keyword, item.span.first, item.span.last, item.source.replace("    # why curl is needed\n", ""))
        for item in found
    ] == expected


def test_arguments_flags_and_exec_form() -> None:
    items = parse_dockerfile(AWKWARD).instructions
    assert items[4].exec_form == ("sh", "-c", 'echo "hi"')
    assert items[2].exec_form is None
    assert items[5].flags == ("--from=other", "--chmod=755")
    assert (items[5].flag("--from"), items[5].flag("--chown"), items[5].arguments) == ("other", None, "a b /c/")


def test_every_character_of_a_line_is_found_in_the_file() -> None:
    dockerfile = parse_dockerfile(AWKWARD)
    for item in dockerfile.instructions:
        places = [item.place(position) for position in range(len(item.line))]
        assert "".join(dockerfile.text[place] for place in places) == item.line
        assert places == sorted(set(places))
        assert item.start <= places[0]
        assert places[-1] < item.end


def test_heredocs_belong_to_their_instruction() -> None:
    text = (
        "FROM a\nRUN <<EOF\nFROM nowhere\n# kept\nEOF\n"
        "COPY <<'one' <<-two /x/\n$1\none\n\t2\n\ttwo\n"
        'RUN echo "<<no" $((1<<2))\n'
    )
    items = parse_dockerfile(text).instructions
    assert [(item.keyword, item.span) for item in items] == [
        ("FROM", Span(1, 1)),
        ("RUN", Span(2, 5)),
        ("COPY", Span(6, 10)),
        ("RUN", Span(11, 11)),
    ]
    assert [(document.name, document.text) for item in items for document in item.heredocs] == [
        ("EOF", "FROM nowhere\n# kept\n"),
        ("one", "$1\n"),
        ("two", "\t2\n"),
    ]


def test_the_escape_directive() -> None:
    text = "# escape=`\r\nFROM a\r\nRUN dir c:\\ `\r\n  && x\r\n"
    dockerfile = parse_dockerfile(text)
    assert (dockerfile.escape, dockerfile.newline) == ("`", "\r\n")
    assert dockerfile.instructions[1].line == "RUN dir c:\\   && x"
    assert dockerfile.instructions[1].span == Span(3, 4)


def test_a_doubled_escape_character_continues_nothing() -> None:
    assert [item[:3] for item in lines_of("FROM a\nRUN echo \\\\\nRUN b \\ \n c")] == [
        ("FROM", 1, 1),
        ("RUN", 2, 2),
        ("RUN", 3, 4),
    ]


def test_a_byte_order_mark_and_bytes_that_are_no_text() -> None:
    content = b"\xef\xbb\xbfFROM a\nLABEL x=\xff\n"
    dockerfile = parse_dockerfile(content)
    assert [item.keyword for item in dockerfile.instructions] == ["FROM", "LABEL"]
    assert dockerfile.text.encode("utf-8", "surrogateescape") == content


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no FROM"),
        ("# only\nARG A\n", "no FROM"),
        ("FROM a\nRUNN b\n", "Line 2: 'RUNN' is no instruction"),
        ("FROM a\nRUN <<EOF\nb\n", "Line 2: the here-document 'EOF' has no end"),
        ("FROM a\nRUN cat " + "<<x " * 101 + "\n" + "x\n" * 101, "over 100 here-documents"),
        ("# escape=x\nFROM a\n", "Line 1: the escape character"),
        ("FROM a\n" + "#" * LIMIT_BYTES, "over 1048576 bytes"),
        ("FROM a\n\x1b[31mX b", r"'\\x1b\[31mX'"),
    ],
)
def test_what_no_builder_takes(text: str, problem: str) -> None:
    with pytest.raises(BadDockerfile, match=problem):
        parse_dockerfile(text)


LINES = st.sampled_from(
    [
        "FROM a",
        "RUN b \\",
        "  # c",
        "",
        "\t",
        "EOF",
        "RUN <<EOF",
        "COPY <<-'E O' /x",
        "\tE O",
        "ENV A=1 \\ ",
        "\\",
        "# escape=`",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n"])


@given(st.lists(st.tuples(LINES, ENDS), max_size=12), st.booleans())
def test_pieces_make_the_file_again(lines: list[tuple[str, str]], has_end: bool) -> None:
    text = "FROM a\n" + "".join(line + end for line, end in lines)
    assert_whole(text if has_end else text.rstrip("\r\n"))


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_anything_is_read_whole_or_refused(content: bytes) -> None:
    assert_whole(content)
    assert_whole(b"FROM a\n" + content)


def assert_whole(content: bytes | str) -> None:
    try:
        dockerfile = parse_dockerfile(content)
    except BadDockerfile:
        return
    parts = [dockerfile.gap(0)]
    for item in dockerfile.instructions:
        parts += [item.source, dockerfile.gap(item.number + 1)]
        before = dockerfile.text[: item.start]
        assert item.span == Span(
            before.count("\n") + 1, before.count("\n") + item.source.rstrip("\n").count("\n") + 1
        ) or (item.source.endswith("\n\n"))
    whole = "".join(parts)
    assert (whole.encode("utf-8", "surrogateescape") if isinstance(content, bytes) else whole) == content
