"""Parts of blobs: exactly what was asked for, again after a break, and never the whole blob instead."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from layerscope.errors import ImageNotFound, MalformedImage, SourceUnavailable
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.reference import Reference
from layerscope.sources.registry.blob_ranges import BlobRanges
from layerscope.sources.registry.client import RegistryClient
from tests.images import file, layer
from tests.sources.registry.fake_registry import (
    HASTY,
    NAME,
    TAG,
    Answer,
    FakeRegistry,
    Handler,
    cut_after,
    endless,
    in_turn,
    say,
    serving,
    trickle,
    usual,
)
from tests.sources.sample import layout

FILES = layout([layer(file("noise", random.Random(8).randbytes(9_000_000)))], history=None, compression="none")
BLOB, CONTENT = next(
    (path.replace("blobs/sha256/", "blobs/sha256:"), content) for path, content in FILES.items() if len(content) > 9e6
)


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve the image."""
    with serving(FILES) as fake:
        yield fake


@pytest.fixture
def ranges(registry: FakeRegistry) -> Iterator[BlobRanges]:
    """Return the blob in parts."""
    client = RegistryClient(Reference.parse(f"{registry.address}/{NAME}:{TAG}"), HASTY)
    yield BlobRanges(client, Descriptor("", Digest.parse(BLOB.partition("/")[2]), len(CONTENT)), "layer 0")
    client.close()


def asked(registry: FakeRegistry) -> list[str | None]:
    return [item.headers.get("Range") for item in registry.requests(BLOB)]


def claim(content_range: str, body: bytes) -> Answer:
    """Answer a range with any other."""

    def answer(handler: Handler) -> None:
        handler.say(206, body, ("Content-Range", content_range))

    return answer


@pytest.mark.parametrize(("offset", "size"), [(0, 1), (5, 700), (len(CONTENT) - 64, 64)])
def test_a_part(registry: FakeRegistry, ranges: BlobRanges, offset: int, size: int) -> None:
    assert ranges.read_at(offset, size) == CONTENT[offset : offset + size]
    assert asked(registry) == [f"bytes={offset}-{offset + size - 1}"]
    assert ranges.size_bytes == len(CONTENT)


def test_at_the_end_and_behind_it(registry: FakeRegistry, ranges: BlobRanges) -> None:
    assert ranges.read_at(len(CONTENT) - 10, 64) == CONTENT[-10:]
    assert ranges.read_at(len(CONTENT), 64) == b""
    assert asked(registry) == [f"bytes={len(CONTENT) - 10}-{len(CONTENT) - 1}"]


def test_a_long_part_comes_in_pieces(registry: FakeRegistry, ranges: BlobRanges) -> None:
    assert ranges.read_at(1_000, 8_900_000) == CONTENT[1_000:8_901_000]
    starts = (1_000, 1_000 + (4 << 20), 1_000 + (8 << 20), 8_901_000)
    assert asked(registry) == [f"bytes={start}-{end - 1}" for start, end in pairwise(starts)]


def test_a_break_is_mended(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.answers[BLOB] = in_turn(cut_after(10), usual)
    assert ranges.read_at(100, 1_000) == CONTENT[100:1_100]
    assert asked(registry) == ["bytes=100-1099"] * 2


@pytest.mark.parametrize("answer", [cut_after(10), trickle(b"HTTP/1.1 206 Partial\r\n")], ids=["cut", "trickle"])
def test_breaks_without_end(registry: FakeRegistry, ranges: BlobRanges, answer: Answer) -> None:
    registry.answers[BLOB] = answer
    with pytest.raises(SourceUnavailable, match="stopped answering"):
        ranges.read_at(100, 1_000)
    assert len(asked(registry)) == HASTY.tries


def test_the_whole_blob_is_not_taken(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.answers[BLOB] = endless(200, bytes(1_000))
    with pytest.raises(SourceUnavailable, match="sends no parts of blobs"):
        ranges.read_at(100, 1_000)
    assert len(asked(registry)) == 1


def test_a_blob_that_is_shorter_than_its_manifest_says(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.documents[BLOB] = (CONTENT[:500], "")
    with pytest.raises(SourceUnavailable, match="HTTP 416"):
        ranges.read_at(1_000, 10)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "bytes 0-9/9000000",
        "bytes 100-108/*",
        "bytes 100-110/*",
        "bytes 100-109/5",
        "bytes -1-109/*",
        "bytes 100-109",
    ],
)
def test_another_part_than_was_asked_for(registry: FakeRegistry, ranges: BlobRanges, told: str) -> None:
    registry.answers[BLOB] = claim(told, CONTENT[100:110])
    with pytest.raises(MalformedImage, match="another part"):
        ranges.read_at(100, 10)


def test_an_unknown_length_will_do(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.answers[BLOB] = claim("bytes 100-109/*", CONTENT[100:110])
    assert ranges.read_at(100, 10) == CONTENT[100:110]


def test_more_than_was_asked_for_is_not_taken(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.answers[BLOB] = claim("bytes 100-109/*", CONTENT[100:1_000_000])
    assert ranges.read_at(100, 10) == CONTENT[100:110]


def test_a_missing_blob(registry: FakeRegistry, ranges: BlobRanges) -> None:
    registry.answers[BLOB] = say(404, b"{}")
    with pytest.raises(ImageNotFound, match="layer 0"):
        ranges.read_at(100, 10)
