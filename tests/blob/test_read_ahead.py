"""Bytes fetched ahead are the same bytes, and errors come where they would have come."""

import random
import threading

import pytest

from layerscope.blob.read_ahead import ReadAhead
from tests.blob.readers import Counted

CONTENT = random.Random(2).randbytes(20_000_000)


class Failing:
    """A reader that breaks off."""

    def __init__(self, parts: int) -> None:
        self._parts = parts

    def read(self, size_bytes: int, /) -> bytes:
        self._parts -= 1
        if self._parts < 0:
            raise ConnectionResetError("gone")
        return b"x" * size_bytes


class Waiting:
    """A reader whose next bytes never come, until somebody interrupts it."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def read(self, _size_bytes: int, /) -> bytes:
        self.go_on.wait()
        return b""


@pytest.mark.parametrize("asked_bytes", [999, 1 << 20, 3 << 20])
@pytest.mark.parametrize("chunk_bytes", [70_001, 1 << 20])
def test_the_same_bytes(asked_bytes: int, chunk_bytes: int) -> None:
    reader = ReadAhead(Counted(CONTENT, chunk_bytes))
    pieces = list(iter(lambda: reader.read(asked_bytes), b""))
    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) <= asked_bytes
    assert reader.read(1) == reader.read(1) == b""


def test_an_error_comes_behind_the_bytes_before_it() -> None:
    reader = ReadAhead(Failing(3))
    assert sum(len(reader.read(1 << 20)) for _ in range(3)) == 3 << 20
    with pytest.raises(ConnectionResetError, match="gone"):
        reader.read(1)
    assert reader.read(1) == b""


def test_it_does_not_read_without_bound() -> None:
    """As many chunks as are queued, and one that waits for its place."""
    source = Counted(CONTENT, 1 << 20)
    reader = ReadAhead(source)
    assert len(reader.read(1 << 20)) == 1 << 20
    for _ in range(100):
        if source.read_bytes >= 10 << 20:
            break
        threading.Event().wait(0.01)
    assert source.read_bytes == 10 << 20
    reader.close(lambda: None)


@pytest.mark.parametrize("is_full", [False, True])
def test_closing_leaves_no_thread(is_full: bool) -> None:
    before = threading.active_count()
    waiting = Waiting()
    reader = ReadAhead(Counted(CONTENT, 1 << 20) if is_full else waiting)
    reader.close(waiting.go_on.set)
    assert threading.active_count() == before


def test_a_closed_one_may_be_closed_again() -> None:
    reader = ReadAhead(Counted(b"abc", 1))
    assert reader.read(10) == b"a"
    reader.close(lambda: None)
    reader.close(lambda: None)
