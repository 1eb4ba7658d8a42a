"""Extended headers: what is right is applied to the right entry, what is malformed is damage and never a guess."""

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.pax import RECORDS_LIMIT_BYTES, nanoseconds, parse_records
from tests.tar.blocks import END, header, long_name, member, names, octal, pax, pax_of, pax_record, read

# POSIX: "%d %s=%s\n", <length>, <keyword>, <value>; the length is decimal and counts the whole record.
MALFORMED = [
    pytest.param(b"0 a=b\n", id="length zero"),  # CVE-2019-20907: an endless loop
    pytest.param(b"00 a=b\n", id="length zero twice"),
    pytest.param(b"1 a=b\n", id="length within itself"),
    pytest.param(b"2 a=b\n", id="length up to the space"),
    pytest.param(b"-6 a=b\n", id="negative length"),
    pytest.param(b"+6 a=b\n", id="signed length"),
    pytest.param(b" 6 a=b\n", id="space before the length"),
    pytest.param(b"0x6 a=b\n", id="hexadecimal length"),
    pytest.param(b"6_0 a=b\n", id="underscore in the length"),
    pytest.param("٦ a=b\n".encode(), id="Arabic digit"),
    pytest.param(b"5 a=b\n", id="too short by one"),
    pytest.param(b"7 a=b\n", id="too long by one"),
    pytest.param(b"99 a=b\n", id="far too long"),
    pytest.param(b"9" * 30 + b" a=b\n", id="an astronomic length"),
    pytest.param(b"6 a=bc", id="no newline at the end"),
    pytest.param(b"6 a=b", id="unterminated"),
    pytest.param(b"a=b\n", id="no length"),
    pytest.param(b"6", id="a length alone"),
    pytest.param(b"3 \n", id="no keyword, no value"),
    pytest.param(b"5 =b\n", id="empty keyword"),
    pytest.param(b"5 ab\n", id="no equals sign"),
    pytest.param(b"9 a\0b=cd\n", id="NUL in a keyword"),
    pytest.param(b"11 path=a\0b\n"[:12], id="NUL in a path"),
    pytest.param(pax_record(b"linkpath", b"a\0"), id="NUL in a link's path"),
    pytest.param(pax_record(b"uname", b"\0"), id="NUL in a user's name"),
    pytest.param(b"6 a=b\n\0", id="NUL behind the last record"),
    pytest.param(b"6 a=b\n\n", id="newline behind the last record"),
    pytest.param(b"6 a=b\n6 a=", id="the second is cut off"),
]


@pytest.mark.parametrize("content", MALFORMED)
def test_malformed_records(content: bytes) -> None:
    with pytest.raises(DamagedTar) as caught:
        parse_records(content, 4096)
    assert caught.value.offset_bytes == 4096


@pytest.mark.parametrize("typeflag", [b"x", b"g", b"X"])
@pytest.mark.parametrize("content", MALFORMED)
def test_malformed_extended_header(content: bytes, typeflag: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(pax(content, typeflag=typeflag) + member() + END)


def test_records() -> None:
    content = pax_record(b"path", "ä\n=ö".encode()) + pax_record(b"a", b"") + pax_record(b"x", b"1" * 2000)
    expected = {b"path": "ä\n=ö".encode(), b"a": b"", b"x": b"1" * 2000}
    assert parse_records(content, 0) == expected
    assert parse_records(b"", 0) == {}


def test_last_of_a_key_wins() -> None:
    assert parse_records(pax_record(b"k", b"1") + pax_record(b"k", b"2"), 0) == {b"k": b"2"}


def test_value_may_hold_a_nul_where_it_is_no_text() -> None:
    capability = b"\x01\0\0\x02\0\0\0\0"
    assert parse_records(pax_record(b"SCHILY.xattr.security.capability", capability), 0)


BAD_SIZES = [b"-1", b"1_0", b" 5", b"5 ", b"+5", b"0x10", b"5.0", b"1e3", b"\xd9\xa5", b"5\n", b"\0", b"9" * 20]


@pytest.mark.parametrize("size", BAD_SIZES)
def test_size_that_is_not_decimal(size: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(pax_of(size=size) + member(content=b"hello") + END)


@pytest.mark.parametrize("size", [1 << 61, 1 << 62, (1 << 63) - 1, 1 << 63, 10**19 - 1])
def test_impossible_size(size: int) -> None:
    with pytest.raises(DamagedTar):
        read(pax_of(size=b"%d" % size) + member(content=b"hello") + END)


@pytest.mark.parametrize("key", ["uid", "gid"])
@pytest.mark.parametrize("value", [b"1_0", b" 5", b"0x10", b"5.0", b"\xd9\xa5", b"--5", b"-", b"nobody"])
def test_owner_that_is_no_number(key: str, value: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(pax_of(**{key: value}) + member() + END)


TIMES = [
    pytest.param(b"0", 0, id="epoch"),
    pytest.param(b"1350244992.023960108", 1_350_244_992_023_960_108, id="nanoseconds"),
    pytest.param(b"1.5", 1_500_000_000, id="a half"),
    pytest.param(b"1.", 1_000_000_000, id="a point and no digits"),
    pytest.param(b"1.0123456789999", 1_012_345_678, id="more digits are cut off"),
    pytest.param(b"-1.5", -1_500_000_000, id="before 1970"),
    pytest.param(b"-0.5", -500_000_000, id="half a second before 1970"),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_time(text: bytes, expected: int) -> None:
    assert nanoseconds(text, 0) == expected


@pytest.mark.parametrize("text", [b"1e9", b"nan", b"inf", b".5", b"1.5.5", b"1.-5", b"1_0", b" 1", b"9" * 30, b"1\n"])
def test_time_that_is_no_number(text: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(pax_of(mtime=text) + member() + END)


def test_everything_is_applied() -> None:
    values = {"path": b"long/name", "linkpath": b"target", "uid": b"70000000", "gid": b"-2", "mtime": b"2.25"}
    tar = pax_of(size=b"5", SCHILY__xattr__user__b=b"2", SCHILY__xattr__user__a=b"1", **values)
    (only,) = read(tar + member(b"short", b"hello", size=octal(0)) + END)
    record = only.record
    assert (record.name, record.linkname, record.uid, record.gid) == (b"long/name", b"target", 70000000, -2)
    assert (record.size, record.mtime_ns, only.content) == (5, 2_250_000_000, b"hello")
    assert record.xattrs == ((b"SCHILY.xattr.user.a", b"1"), (b"SCHILY.xattr.user.b", b"2"))


def test_empty_value_keeps_the_header() -> None:
    (only,) = read(pax_of(path=b"", size=b"", uid=b"", mtime=b"") + member(b"kept", b"hello") + END)
    assert (only.record.name, only.content) == (b"kept", b"hello")


def test_size_is_of_the_next_entry_alone() -> None:
    tar = pax_of(size=b"3") + member(b"a", b"abc", size=octal(0)) + member(b"b", b"defgh") + END
    assert [(item.record.name, item.content) for item in read(tar)] == [(b"a", b"abc"), (b"b", b"defgh")]


# CVE-2025-62518: a size that is applied to the next header of any kind lets contents be taken for headers.
BETWEEN = [
    pytest.param(long_name(b"long"), b"long", id="a long name"),
    pytest.param(long_name(b"target", b"K"), b"f", id="a long link target"),
    pytest.param(pax_of(comment=b"c", size=b"1024"), b"f", id="another extended header"),
    pytest.param(long_name(b"long") + long_name(b"target", b"K"), b"long", id="both"),
]


@pytest.mark.parametrize(("between", "name"), BETWEEN)
def test_size_is_not_of_a_header_in_between(between: bytes, name: bytes) -> None:
    inner = header(b"smuggled") + header(b"smuggled too")
    tar = pax_of(size=b"1024") + between + header(b"f", size=octal(0)) + inner + header(b"after") + END
    first, second = read(tar)
    assert (first.record.name, first.content) == (name, inner)
    assert second.record.name == b"after"


@pytest.mark.parametrize("typeflag", list(b"123456"))
def test_size_of_an_entry_without_contents(typeflag: int) -> None:
    # As Go has it: links, devices and directories have none, whatever a header says.
    tar = pax_of(size=b"512") + header(b"d", typeflag=bytes([typeflag]), size=octal(512)) + header(b"after") + END
    assert [(item.record.name, item.record.size) for item in read(tar)] == [(b"d", 0), (b"after", 0)]


def test_global_header_is_not_listed_and_not_applied() -> None:
    tar = pax(pax_record(b"path", b"everywhere"), typeflag=b"g") + member(b"a") + member(b"b") + END
    assert names(tar) == [b"a", b"b"]


def test_archive_of_a_global_header_alone() -> None:
    # What git-archive makes of an empty tree: nothing is missing from it.
    assert names(pax(pax_record(b"comment", b"c"), typeflag=b"g") + END) == []


@pytest.mark.parametrize("tail", [b"", END], ids=["cut", "end blocks"])
@pytest.mark.parametrize("meta", [pax_of(path=b"p"), long_name(b"p")], ids=["x", "L"])
def test_nothing_behind_an_extended_header(meta: bytes, tail: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(member() + meta + tail)


@pytest.mark.parametrize("typeflag", [b"x", b"g", b"L", b"K"])
def test_extended_header_over_the_limit(typeflag: bytes) -> None:
    content = pax_record(b"k", b"v" * RECORDS_LIMIT_BYTES) if typeflag in b"xg" else b"n" * (RECORDS_LIMIT_BYTES + 1)
    with pytest.raises(DamagedTar):
        read(member(b"m", content, typeflag=typeflag) + member() + END)


def test_extended_header_below_the_limit() -> None:
    value = b"v" * (RECORDS_LIMIT_BYTES - 100)
    (only,) = read(pax_of(SCHILY__xattr__user__big=value) + member() + END)
    assert only.record.xattrs == ((b"SCHILY.xattr.user.big", value),)


@pytest.mark.parametrize("meta", [pax_of(path=b"p"), long_name(b"p"), pax(typeflag=b"g")], ids=["x", "L", "g"])
def test_run_of_extended_headers(meta: bytes) -> None:
    assert len(names(meta * 4 + member() + END)) == 1
    with pytest.raises(DamagedTar, match="in a row"):
        read(meta * 1000 + member() + END)


def test_extended_header_that_is_cut() -> None:
    whole = pax_of(path=b"p" * 2000)
    for length in range(0, len(whole), 100):
        if length:
            with pytest.raises(DamagedTar):
                read(whole[:length])
