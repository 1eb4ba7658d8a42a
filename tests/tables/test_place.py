"""Places that annotations and footers name: bounded, inside the layer, and of a known kind."""

import pytest

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.digest import Digest
from layerscope.tables.place import TableFormat, find_in_footer, find_named, is_promised
from tests.tables.lazy import STARGZ_DIGEST, sha256

BLOB_BYTES = 100_000
DIGEST = sha256(b"table")
PREFIXES = ("io.github.containers.zstd-chunked.", "io.containers.zstd-chunked.")
# RFC 1952: magic, deflate, FEXTRA, no time, no flags, unknown system.
MEMBER = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff"
EMPTY_BLOCK = b"\x01\x00\x00\xff\xff" + bytes(8)


def stargz(offset: bytes) -> bytes:
    """Return the footer of eStargz with such an offset."""
    return MEMBER + b"\x1a\x00SG\x16\x00" + offset + b"STARGZ" + EMPTY_BLOCK


def old_stargz(offset: bytes) -> bytes:
    """Return the footer of its forerunner."""
    return MEMBER + b"\x16\x00" + offset + b"STARGZ" + EMPTY_BLOCK


def chunked(*numbers: int) -> bytes:
    """Return the newer footer of zstd:chunked."""
    return b"".join(number.to_bytes(8, "little") for number in (*numbers, 0, 0, 0)) + b"GNUlInUx"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_named_by_annotations(prefix: str) -> None:
    annotations = {f"{prefix}manifest-position": "90000:500:7000:1", f"{prefix}manifest-checksum": DIGEST}
    place = find_named(annotations, BLOB_BYTES)
    assert place is not None
    assert (place.format, place.offset_bytes, place.packed_bytes, place.unpacked_bytes, place.digest) == (
        TableFormat.CHUNKED,
        90_000,
        500,
        7_000,
        Digest.parse(DIGEST),
    )
    assert is_promised(annotations)


@pytest.mark.parametrize(("make", "size_bytes"), [(stargz, 51), (old_stargz, 47)])
def test_named_by_a_stargz_footer(make: object, size_bytes: int) -> None:
    assert callable(make)
    footer = make(b"%016x" % 90_000)
    assert len(footer) == size_bytes
    place = find_in_footer({STARGZ_DIGEST: DIGEST}, b"behind a content"[: 64 - size_bytes] + footer, BLOB_BYTES)
    assert place is not None
    assert (place.format, place.offset_bytes, place.packed_bytes, place.unpacked_bytes, place.digest) == (
        TableFormat.ESTARGZ,
        90_000,
        BLOB_BYTES - size_bytes - 90_000,
        None,
        Digest.parse(DIGEST),
    )


@pytest.mark.parametrize("footer", [chunked(90_000, 500, 7_000, 1), chunked(90_000, 500, 7_000, 1)[:32] + b"GnUlInUx"])
def test_named_by_a_chunked_footer(footer: bytes) -> None:
    place = find_in_footer({}, footer, BLOB_BYTES)
    assert place is not None
    assert (place.offset_bytes, place.packed_bytes, place.unpacked_bytes) == (90_000, 500, 7_000)
    assert place.digest is None


@pytest.mark.parametrize("position", ["", "1", "1:2:3", "-1:2:3:1", "1:2:3:1:4", " 1:2:3:1", "1:2:3:x", "٣:2:3:1"])
def test_a_position_that_is_none(position: str) -> None:
    with pytest.raises(MalformedImage, match="at no place"):
        find_named({f"{PREFIXES[0]}manifest-position": position}, BLOB_BYTES)


@pytest.mark.parametrize(
    ("position", "error", "message"),
    [
        ("99501:500:7000:1", MalformedImage, "outside"),
        ("9223372036854775807:500:7000:1", MalformedImage, "outside"),
        ("90000:0:7000:1", MalformedImage, "outside"),
        ("90000:500:7000:2", MalformedImage, "unknown type 2"),
        ("90000:500:134217729:1", LimitExceeded, "at most"),
    ],
)
def test_a_place_that_cannot_be(position: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        find_named({f"{PREFIXES[0]}manifest-position": position}, BLOB_BYTES)
    numbers = [int(number) for number in position.split(":")]
    with pytest.raises(error, match=message):
        find_in_footer({}, chunked(*numbers), BLOB_BYTES)


def test_a_table_that_is_too_long() -> None:
    with pytest.raises(LimitExceeded, match="at most"):
        find_named({f"{PREFIXES[0]}manifest-position": "0:33554433:7000:1"}, 1 << 40)
    with pytest.raises(LimitExceeded, match="at most"):
        find_in_footer({}, bytes(13) + stargz(b"%016x" % 0), 1 << 40)


@pytest.mark.parametrize("offset", [b"%016x" % BLOB_BYTES, b"%016x" % (BLOB_BYTES - 51), b"f" * 16])
def test_a_footer_that_leads_out(offset: bytes) -> None:
    with pytest.raises(MalformedImage, match="outside"):
        find_in_footer({}, bytes(13) + stargz(offset), BLOB_BYTES)


@pytest.mark.parametrize(
    "footer", [b"", bytes(64), stargz(b"-00000000000000f"), stargz(b"0" * 16)[:-1] + b"\1", b"GNUlInUx"]
)
def test_no_footer(footer: bytes) -> None:
    assert find_in_footer({}, footer, BLOB_BYTES) is None


def test_a_promise_of_a_table_elsewhere() -> None:
    """Some converters keep eStargz's table in an image of its own."""
    assert find_in_footer({STARGZ_DIGEST: DIGEST}, bytes(64), BLOB_BYTES) is None
    assert is_promised({STARGZ_DIGEST: DIGEST})
    assert not is_promised({"another": "annotation"})


@pytest.mark.parametrize("digest", ["", "sha256:../../etc/passwd", "md5:0"])
def test_a_promise_that_is_none(digest: str) -> None:
    with pytest.raises(MalformedImage, match="is not a digest"):
        find_in_footer({STARGZ_DIGEST: digest}, bytes(13) + stargz(b"%016x" % 90_000), BLOB_BYTES)
