"""Header blocks: numbers in every notation, checksums, and the formats told by their magic."""

import io
import tarfile

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.header import SIZE_LIMIT_BYTES, parse_header, parse_number
from tests.tar.blocks import END, GNU, V7, base256, header, names, octal, padded, read, with_signed_checksum

# How Go's archive/tar reads a number: spaces and NULs around it fall off, what follows a NUL does not count.
NUMBERS = [
    pytest.param(b"0000644\0", 0o644, id="seven digits and NUL"),
    pytest.param(b"000644 \0", 0o644, id="six digits, space and NUL, as v7 wrote"),
    pytest.param(b"00000644", 0o644, id="eight digits without an end"),
    pytest.param(b"    644\0", 0o644, id="leading spaces"),
    pytest.param(b"\0\0\0" + b"644 ", 0o644, id="leading NULs"),
    pytest.param(b"644\0junk", 0o644, id="what follows a NUL does not count"),
    pytest.param(bytes(8), 0, id="all NUL"),
    pytest.param(b"        ", 0, id="all spaces"),
    pytest.param(b"77777777777\0", 8 * 1024**3 - 1, id="the largest octal size"),
    pytest.param(base256(8 * 1024**3), 8 * 1024**3, id="base-256: one more than octal can say"),
    pytest.param(base256(-1), -1, id="base-256: minus one"),
    pytest.param(base256(-1, 8), -1, id="base-256: minus one in eight bytes"),
    pytest.param(base256(-(1 << 63)), -(1 << 63), id="base-256: the smallest"),
    pytest.param(base256((1 << 63) - 1), (1 << 63) - 1, id="base-256: the largest"),
]
NO_NUMBERS = [
    pytest.param(b"0000648\0", id="an eight"),
    pytest.param(b"-000644\0", id="a sign"),
    pytest.param(b"+000644\0", id="a plus"),
    pytest.param(b"0x00644\0", id="hexadecimal"),
    pytest.param(b"0o00644\0", id="Python's octal"),
    pytest.param(b"00_0644\0", id="Python's underscore"),
    pytest.param(b"006 644\0", id="a space inside"),
    pytest.param(b"644 \0junk", id="a space, then NUL, then more"),
    pytest.param("0٦٤".encode(), id="Arabic digits"),
    pytest.param(base256(1 << 63), id="base-256: over 63 bits"),
    pytest.param(b"\x80" + b"\x7f" + bytes(10), id="base-256: 2^87 and more"),
    pytest.param(b"\xc0" + bytes(11), id="base-256: far below zero"),
]


@pytest.mark.parametrize(("field", "value"), NUMBERS)
def test_number(field: bytes, value: int) -> None:
    assert parse_number(field) == value
    # A second time: a value that was remembered is the same.
    assert parse_number(bytes(field)) == value


@pytest.mark.parametrize("field", NO_NUMBERS)
def test_no_number(field: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the messages are not part of the contract
        parse_number(field)


@pytest.mark.parametrize("field", NO_NUMBERS)
def test_header_with_a_field_that_is_no_number_is_damage(field: bytes) -> None:
    with pytest.raises(DamagedTar) as caught:
        parse_header(header(size=field[:12]), 1536)
    assert caught.value.offset_bytes == 1536
    assert "1536" in str(caught.value)


@pytest.mark.parametrize("field", ["mode", "uid", "gid", "size", "mtime", "major", "minor"])
def test_every_number_is_checked(field: str) -> None:
    with pytest.raises(DamagedTar):
        parse_header(header(**{field: b"junk"}), 0)


# Neither below zero nor beyond what any file system holds (libarchive's bound); CVE-2025-8194, CVE-2022-48303.
IMPOSSIBLE_SIZES = [
    pytest.param(base256(-1), id="-1"),
    pytest.param(base256(-512), id="minus one block"),
    pytest.param(base256(-(1 << 63)), id="-2^63"),
    pytest.param(base256((1 << 60) + 1), id="2^60 + 1"),
    pytest.param(base256(1 << 62), id="2^62"),
    pytest.param(base256((1 << 63) - 1), id="2^63 - 1"),
    pytest.param(base256(1 << 63), id="2^63"),
    pytest.param(base256(1 << 88), id="2^88"),
]


@pytest.mark.parametrize("size", IMPOSSIBLE_SIZES)
@pytest.mark.parametrize("typeflag", [b"0", b"5", b"x", b"L", b"S", b"?"])
def test_impossible_size_is_damage(size: bytes, typeflag: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(header(size=size, typeflag=typeflag) + END)


def test_largest_size_is_read_and_does_not_fit() -> None:
    block = header(size=base256(SIZE_LIMIT_BYTES))
    assert parse_header(block, 0).size == SIZE_LIMIT_BYTES
    with pytest.raises(DamagedTar):
        read(block + END)


def test_negative_time_and_owner() -> None:
    parsed = parse_header(header(mtime=base256(-86400), uid=base256(-2, 8)), 0)
    assert (parsed.mtime_seconds, parsed.uid) == (-86400, -2)


def test_checksum_of_unsigned_and_of_signed_bytes() -> None:
    name = "füßchen-ÿ".encode("latin-1")
    unsigned, signed = header(name), with_signed_checksum(header(name))
    assert unsigned[148:156] != signed[148:156]
    assert parse_header(unsigned, 0).name == parse_header(signed, 0).name == name


def test_signed_checksum_of_many_high_bytes() -> None:
    # The sum of signed bytes may even be negative; tarfile.calc_chksums agrees on the value.
    block = with_signed_checksum(header(b"\xff" * 100, linkname=b"\xff" * 100))
    assert parse_header(block, 0).name == b"\xff" * 100


BAD_CHECKSUMS = [
    pytest.param(b"000000\0 ", id="zero"),
    pytest.param(b"       \0", id="empty"),
    pytest.param(bytes(8), id="NULs"),
    pytest.param(b"junk\0\0\0\0", id="no number"),
    pytest.param(base256(-5, 8), id="negative"),
    pytest.param(b"777777\0 ", id="too large"),
]


@pytest.mark.parametrize("checksum", BAD_CHECKSUMS)
def test_wrong_checksum(checksum: bytes) -> None:
    with pytest.raises(DamagedTar, match="checksum"):
        parse_header(header(checksum=checksum), 0)


@pytest.mark.parametrize("position", [*range(0, 148, 7), *range(156, 512, 11)])
def test_every_byte_is_under_the_checksum(position: int) -> None:
    block = bytearray(header(b"name" * 20, linkname=b"link" * 20, prefix=b"p" * 100))
    block[position] ^= 0x01
    with pytest.raises(DamagedTar):
        parse_header(bytes(block), 0)


NAMES = [
    pytest.param(header(b"n" * 100), b"n" * 100, id="100 bytes without NUL"),
    pytest.param(header(b"a\0junk"), b"a", id="what follows a NUL does not count"),
    pytest.param(header(b"n", prefix=b"p/q"), b"p/q/n", id="ustar: prefix"),
    pytest.param(header(b"n" * 100, prefix=b"p" * 155), b"p" * 155 + b"/" + b"n" * 100, id="ustar: longest prefix"),
    pytest.param(
        header(b"n", prefix=b"p" * 131 + b"00000000000 ", tail=b"00000000tar\0"[-12:]),
        b"p" * 131 + b"/n",
        id="star: a shorter prefix, then times",
    ),
    pytest.param(header(b"n", prefix=b"12345670123\0", **GNU), b"n", id="GNU: times where ustar has the prefix"),
    pytest.param(header(b"n", prefix=b"p" * 9, **GNU), b"p" * 9 + b"/n", id="GNU: a prefix by mistake, as Go reads it"),
    pytest.param(header(b"n", prefix="ß".encode(), **GNU), b"n", id="GNU: neither times nor a prefix"),
    pytest.param(header(b"n", prefix=b"p", **V7), b"n", id="v7: no prefix"),
    pytest.param(header(b""), b"", id="empty"),
    pytest.param(header(b"\xff\xfe\n\x1b["), b"\xff\xfe\n\x1b[", id="bytes that are not UTF-8"),
]


@pytest.mark.parametrize(("block", "name"), NAMES)
def test_name(block: bytes, name: bytes) -> None:
    assert parse_header(block, 0).name == name


# tarfile does not know star's shorter prefix, and takes a prefix from v7 headers too.
MISTAKEN = ("GNU: a prefix by mistake, as Go reads it", "GNU: neither times nor a prefix")
UNLIKE_TARFILE = {
    "star: a shorter prefix, then times",
    "v7: no prefix",
    "GNU: times where ustar has the prefix",
    *MISTAKEN,
}


@pytest.mark.parametrize(("block", "name"), [names for names in NAMES if names.id not in UNLIKE_TARFILE])
def test_name_as_tarfile_has_it(block: bytes, name: bytes) -> None:
    parsed = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    assert parsed.name.encode("utf-8", "surrogateescape") == name


def test_devices_only_where_the_format_has_them() -> None:
    numbers = {"typeflag": b"3", "major": b"0000001\0", "minor": b"0000003\0"}
    assert parse_header(header(**numbers), 0).device == (1, 3)
    assert parse_header(header(**numbers, **GNU), 0).device == (1, 3)
    assert parse_header(header(**numbers, **V7), 0).device == (0, 0)


@pytest.mark.parametrize("magic", [{}, GNU, V7], ids=["ustar", "GNU", "v7"])
def test_all_formats_walk(magic: dict[str, bytes]) -> None:
    tar = header(b"a", size=octal(5), **magic) + padded(b"hello") + header(b"b", **magic) + END
    assert names(tar) == [b"a", b"b"]
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == ["a", "b"]
