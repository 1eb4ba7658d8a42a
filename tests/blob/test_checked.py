"""Digests computed beside the reading are those of all bytes, in order."""

import hashlib
import random
import threading

import pytest

from layerscope.blob.checked import HashingThread, Tapped
from tests.blob.readers import Counted

CONTENT = random.Random(1).randbytes(3_000_000)


@pytest.mark.parametrize("chunk_bytes", [1000, 65_536, 1 << 20])
def test_digest_and_count(chunk_bytes: int) -> None:
    thread = HashingThread()
    seen: list[int] = []
    tapped = Tapped(Counted(CONTENT, chunk_bytes), hashlib.sha256(), thread, seen.append)
    assert b"".join(iter(lambda: tapped.read(1 << 20), b"")) == CONTENT
    thread.finish()
    assert tapped.hasher.hexdigest() == hashlib.sha256(CONTENT).hexdigest()
    assert tapped.count_bytes == sum(seen) == len(CONTENT)


def test_two_streams_share_a_thread() -> None:
    thread = HashingThread()
    outer = Tapped(Counted(CONTENT), hashlib.sha512(), thread)
    inner = Tapped(outer, hashlib.sha256(), thread)
    while inner.read(10_000):
        pass
    thread.finish()
    assert outer.hasher.hexdigest() == hashlib.sha512(CONTENT).hexdigest()
    assert inner.hasher.hexdigest() == hashlib.sha256(CONTENT).hexdigest()


def test_finish_twice_leaves_no_thread() -> None:
    before = threading.active_count()
    thread = HashingThread()
    thread.feed(hashlib.sha256(), b"x")
    thread.finish()
    thread.finish()
    assert threading.active_count() == before
