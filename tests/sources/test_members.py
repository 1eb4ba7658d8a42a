"""Names of members: links are followed among members only, and no further than forty times."""

import pytest

from layerscope.errors import LimitExceeded
from layerscope.sources.members import MEMBERS_LIMIT, MemberNames, member_name
from tests.tar.blocks import END, header, member, read


def names(*members: bytes) -> MemberNames:
    found = MemberNames()
    for item in read(b"".join(members) + END):
        found.add(item.record)
    return found


def link(name: bytes, target: bytes, typeflag: bytes = b"2") -> bytes:
    return header(name, linkname=target, typeflag=typeflag)


RESOLVED = [
    ("a", "a"),
    ("./a", "a"),
    ("/a", "a"),
    ("../../a", "a"),
    ("d/b", "d/b"),
    ("d//b", "d/b"),
    ("d/../a", "a"),
    ("to-a", "a"),
    ("d/up", "a"),
    ("d/beside", "d/b"),
    ("folder/b", "d/b"),
    ("folder/up", "a"),
    ("absolute", "d/b"),
    ("hard", "d/b"),
    ("d", None),
    ("missing", None),
    ("to-missing", None),
    ("outside", None),
    ("loop", None),
    ("loop/a", None),
    ("a/b", None),
    ("", None),
    (".", None),
    ("..", None),
]


@pytest.mark.parametrize(("name", "expected"), RESOLVED)
def test_resolve(name: str, expected: str | None) -> None:
    archive = names(
        member(b"a", b"x"),
        header(b"d/", typeflag=b"5"),
        member(b"d/b", b"y"),
        link(b"to-a", b"a"),
        link(b"d/up", b"../a"),
        link(b"d/beside", b"b"),
        link(b"folder", b"d"),
        link(b"absolute", b"/d/b"),
        link(b"hard", b"d/b", b"1"),
        link(b"to-missing", b"nowhere"),
        link(b"outside", b"../../etc/passwd"),
        link(b"loop", b"loop"),
    )
    assert archive.resolve(name) == expected


def test_chain() -> None:
    def chain(count: int) -> MemberNames:
        links = [link(b"l%d" % number, b"l%d" % (number + 1)) for number in range(count)]
        return names(*links, member(b"l%d" % count, b"x"))

    assert chain(39).resolve("l0") == "l39"
    assert chain(60).resolve("l0") is None


def test_last_of_a_name_counts() -> None:
    archive = names(member(b"f", b"1"), link(b"f", b"g"), member(b"g", b"2"), link(b"h", b"g"), member(b"h", b"3"))
    assert (archive.resolve("f"), archive.resolve("h")) == ("g", "h")


def test_too_many_members() -> None:
    archive = MemberNames()
    record = read(member(b"f", b"") + END)[0].record
    for number in range(MEMBERS_LIMIT):
        archive.add(record._replace(name=b"%d" % number))
    with pytest.raises(LimitExceeded):
        [archive.add(record._replace(name=b"more %d" % number)) for number in range(2)]


@pytest.mark.parametrize(("name", "expected"), [("", ""), ("..", ""), ("a/", "a"), ("//a", "a"), ("a/./b/../c", "a/c")])
def test_member_name(name: str, expected: str) -> None:
    assert member_name(name) == expected
