"""Blobs that break, lie about their ranges, never end or are others: taken up again, or refused."""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from layerscope.errors import DigestMismatch, ImageNotFound, SourceUnavailable
from tests.images import file, layer
from tests.sources.registry.fake_registry import (
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
from tests.sources.sample import analyze, layout, summary, write

# Enough that a cut lies in the middle of a stream, and not compressible.
NOISE = random.Random(7).randbytes(400_000)
FILES = layout([layer(file("noise", NOISE))], history=None)
BLOB, SIZE = next(
    (path.replace("blobs/sha256/", "blobs/sha256:"), len(content))
    for path, content in FILES.items()
    if len(content) > 9e4
)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return what the same layout in a folder says."""
    return summary(analyze(write(tmp_path_factory.mktemp("layout"), FILES, "layout")))


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve the image."""
    with serving(FILES) as fake:
        yield fake


def ranges(registry: FakeRegistry) -> list[str | None]:
    return [asked.headers.get("Range") for asked in registry.requests(BLOB)]


def lie(content_range: str, start: int = 0) -> Answer:
    """Answer a range with another one."""

    def answer(handler: Handler) -> None:
        content, _ = handler.fake.documents[BLOB]
        handler.say(206, content[start:], ("Content-Range", content_range))

    return answer


def without_range(handler: Handler) -> None:
    """Answer as a registry that does not know ranges."""
    handler.say(200, handler.fake.documents[BLOB][0])


def test_goes_on_where_it_stopped(registry: FakeRegistry, expected: dict[str, object]) -> None:
    registry.answers[BLOB] = in_turn(cut_after(100_000), cut_after(50_000), usual)
    assert summary(registry.analyze()) == expected
    assert ranges(registry) == [None, "bytes=100000-", "bytes=150000-"]


def test_cut_before_the_first_byte_and_before_the_last(registry: FakeRegistry, expected: dict[str, object]) -> None:
    registry.answers[BLOB] = in_turn(cut_after(0), cut_after(SIZE - 1), usual)
    assert summary(registry.analyze()) == expected
    assert ranges(registry) == [None, None, f"bytes={SIZE - 1}-"]


def test_shares_of_the_wire_do_not_depend_on_the_pieces(tmp_path: Path) -> None:
    """The same image gives the same report, however the network cuts it up."""
    parts = [random.Random(seed).randbytes(100_000) + bytes(200_000) for seed in range(30)]
    files = layout([layer(*(file(f"part-{number}", part) for number, part in enumerate(parts)))], history=None)
    expected = analyze(write(tmp_path, files, "layout")).transfer.of_rows
    assert expected is not None

    def in_pieces(handler: Handler) -> None:
        content, _ = handler.fake.documents[handler.asked.what]
        handler.start(200, ("Content-Length", str(len(content))))
        for start in range(0, len(content), 7_001):
            handler.wfile.write(content[start : start + 7_001])
            time.sleep(0.001)

    with serving(files) as registry:
        registry.answers |= {what: in_pieces for what in registry.documents if what.startswith("blobs/")}
        found = registry.analyze().transfer.of_rows
    assert found is not None
    assert found.tolist() == expected.tolist()


def test_silence_in_the_middle(registry: FakeRegistry, expected: dict[str, object]) -> None:
    def fall_silent(handler: Handler) -> None:
        content, _ = handler.fake.documents[BLOB]
        handler.start(200, ("Content-Length", str(len(content))))
        handler.wfile.write(content[:1_000])
        handler.rfile.read(1)

    registry.answers[BLOB] = in_turn(fall_silent, usual)
    assert summary(registry.analyze()) == expected
    assert ranges(registry) == [None, "bytes=1000-"]


@pytest.mark.parametrize(
    "second",
    [
        without_range,
        say(416),
        lie(f"bytes 0-{SIZE - 1}/{SIZE}"),
        lie(f"bytes 99999-{SIZE - 1}/{SIZE}", 99_999),
        lie(f"bytes 100000-{SIZE - 2}/{SIZE}", 100_000),
        lie(f"bytes 100000-{SIZE - 1}/{SIZE + 1}", 100_000),
        lie("bytes */1", 100_000),
        lie("", 100_000),
    ],
    ids=["ignored", "416", "from the start", "one too early", "too short", "other size", "no range", "empty"],
)
def test_ranges_that_do_not_work(registry: FakeRegistry, expected: dict[str, object], second: Answer) -> None:
    """All is sent again, and ranges are not asked for any more."""
    registry.answers[BLOB] = in_turn(cut_after(100_000), second, cut_after(150_000), without_range)
    assert summary(registry.analyze()) == expected
    asked = ranges(registry)
    assert asked[:2] == [None, "bytes=100000-"]
    assert set(asked[2:]) <= {None}


def test_range_with_other_bytes(registry: FakeRegistry) -> None:
    content, kind = registry.documents[BLOB]
    registry.documents[BLOB] = (content[:100_000] + bytes(SIZE - 100_000), kind)
    registry.answers[BLOB] = in_turn(cut_after(50_000), usual)
    with pytest.raises(DigestMismatch, match="other bytes than its digest"):
        registry.analyze()
    assert ranges(registry) == [None, "bytes=50000-"]


def test_another_blob_when_asked_again(registry: FakeRegistry) -> None:
    """The bytes handed out before the break and those after it belong to two blobs."""

    def another(handler: Handler) -> None:
        content, _ = handler.fake.documents[BLOB]
        handler.say(200, content[:120_000] + bytes(SIZE - 120_000))

    registry.answers[BLOB] = in_turn(cut_after(100_000), another)
    with pytest.raises(DigestMismatch, match="other bytes than its digest"):
        registry.analyze()


@pytest.mark.parametrize(
    "answer",
    [
        say(200, b"\x1f\x8b" + bytes(SIZE - 1)),
        say(200, bytes(SIZE + 1)),
        endless(200, bytes(65_536)),
        say(200, b""),
    ],
    ids=["longer", "longer zeros", "endless", "empty"],
)
def test_other_sizes(registry: FakeRegistry, answer: Answer) -> None:
    registry.answers[BLOB] = answer
    with pytest.raises(DigestMismatch):
        registry.analyze()


def test_endless_after_the_right_bytes(registry: FakeRegistry) -> None:
    content, _ = registry.documents[BLOB]
    registry.answers[BLOB] = endless(200, content)
    with pytest.raises(DigestMismatch, match=f"has more bytes; its manifest says {SIZE}"):
        registry.analyze()


def test_breaks_without_progress_end(registry: FakeRegistry) -> None:
    registry.answers[BLOB] = in_turn(cut_after(100_000), cut_after(10))
    with pytest.raises(SourceUnavailable, match=r"a blob ended too early|the connection broke"):
        registry.analyze()
    assert len(ranges(registry)) == 4


def test_trickle(registry: FakeRegistry) -> None:
    registry.answers[BLOB] = trickle(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
    with pytest.raises(SourceUnavailable, match="trickles"):
        registry.analyze()


def test_partial_answer_to_a_whole_request(registry: FakeRegistry) -> None:
    registry.answers[BLOB] = lie(f"bytes 0-{SIZE - 1}/{SIZE}")
    with pytest.raises(SourceUnavailable, match="with a part of it"):
        registry.analyze()


def test_missing_layer(registry: FakeRegistry) -> None:
    del registry.documents[BLOB]
    with pytest.raises(ImageNotFound, match=r"has no layer 0 \(sha256:.*HTTP 404, nothing known of it"):
        registry.analyze()


def test_foreign_layer_is_not_fetched_from_elsewhere() -> None:
    """Its manifest names another address, which nobody asks (hostile: it may be any)."""
    with serving(FILES) as elsewhere:
        url = f"http://{elsewhere.address}/v2/some/sample/{BLOB}"
        files = foreign(FILES, url)
        with serving(files) as registry:
            assert registry.analyze().index.stored_bytes == len(NOISE)
            del registry.documents[BLOB]
            with pytest.raises(ImageNotFound, match="lies elsewhere, and no other host is asked"):
                registry.analyze()
        assert elsewhere.asked == []


def foreign(files: dict[str, bytes], url: str) -> dict[str, bytes]:
    """Return the layout with its layer marked as one that lies elsewhere."""
    index = json.loads(files["index.json"])
    old = "blobs/" + index["manifests"][0]["digest"].replace(":", "/")
    manifest = json.loads(files[old])
    (item,) = manifest["layers"]
    item |= {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "urls": [url]}
    content = json.dumps(manifest).encode()
    digest = hashlib.sha256(content).hexdigest()
    index["manifests"][0] |= {"digest": f"sha256:{digest}", "size": len(content)}
    return {
        **{path: value for path, value in files.items() if path != old},
        "index.json": json.dumps(index).encode(),
        f"blobs/sha256/{digest}": content,
    }
