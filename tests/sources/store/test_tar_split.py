"""tar-split files: what engines write is read, and nothing else is believed."""

import base64
import io
import json
import tarfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.errors import StoreUnusable
from layerscope.sources.store.split_reader import HeadersReader, SplitReader
from layerscope.sources.store.tar_split import LazySplit, TarSplit, read_tar_split
from tests.images import directory, file, hardlink, layer, symlink
from tests.sources.store.docker_root import split

TAR = layer(
    directory("d"),
    file("d/one", b"first content"),
    symlink("d/link", "one"),
    file("d/" + "long" * 60, b"x" * 5000),
    hardlink("again", "d/one"),
    file("empty"),
    file("na\udcffme", b"not UTF-8"),
)


class FromTar:
    """The contents, straight out of the tar that was split."""

    def __init__(self, tar: bytes) -> None:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
            members = [member for member in archive if member.isreg() and member.size]
        self.contents = [tar[member.offset_data : member.offset_data + member.size] for member in members]
        self.names = [member.name.encode("utf-8", "surrogateescape") for member in members]
        self.starts = [member.offset_data for member in members]

    def read_into(self, number: int, offset_bytes: int, buffer: memoryview) -> None:
        """Copy from the tar."""
        buffer[:] = self.contents[number][offset_bytes : offset_bytes + len(buffer)]


def read(text: bytes) -> TarSplit:
    return read_tar_split(io.BytesIO(text))


def lazy(tar: bytes) -> LazySplit:
    return LazySplit(lambda: read(split(tar)))


def test_contents_are_where_the_tar_has_them() -> None:
    found, expected = read(split(TAR)), FromTar(TAR)
    assert found.size_bytes == len(TAR)
    assert list(found.starts) == [*expected.starts, len(TAR)]
    numbers = range(len(expected.contents))
    assert [found.content_bytes(number) for number in numbers] == list(map(len, expected.contents))
    assert [found.name(number) for number in numbers] == expected.names


@given(start=st.integers(0, len(TAR)), size=st.integers(0, len(TAR)))
def test_every_part_of_the_tar_comes_out(start: int, size: int) -> None:
    reader = SplitReader(lazy(TAR), FromTar(TAR))
    assert reader.read_at(start, size) == TAR[start : start + size]


@given(start=st.integers(0, len(TAR)), size=st.integers(0, len(TAR)))
def test_headers_alone_are_the_tar_with_zeros_for_contents(start: int, size: int) -> None:
    blank, expected = bytearray(TAR), FromTar(TAR)
    for place, content in zip(expected.starts, expected.contents, strict=True):
        blank[place : place + len(content)] = bytes(len(content))
    assert HeadersReader(lazy(TAR)).read_at(start, size) == bytes(blank[start : start + size])


def test_headers_longer_than_a_block_are_kept_whole() -> None:
    tar = layer(*(file(f"folder/{number:06d}", b"%d" % number) for number in range(3000)))
    reader = SplitReader(lazy(tar), FromTar(tar))
    assert reader.read_at(0, len(tar)) == tar
    for start in (1, len(tar) // 2, len(tar) - 700):
        assert reader.read_at(start, 1000) == tar[start : start + 1000]


@pytest.mark.parametrize("kind", ["whole", "headers"])
def test_nothing_lies_behind_the_end(kind: str) -> None:
    found = lazy(TAR)
    reader = SplitReader(found, FromTar(TAR)) if kind == "whole" else HeadersReader(found)
    assert reader.read_at(len(TAR), 10) == b""
    with pytest.raises(StoreUnusable):
        reader.read_into(len(TAR) - 1, memoryview(bytearray(2)))


def test_marks_tell_equal_and_different_contents() -> None:
    tar = layer(file("a", b"same"), file("b", b"same"), file("c", b"diff"))
    found = read(split(tar))
    first, second, third = found.marks(np.array(FromTar(tar).starts), np.array([4, 4, 4]))
    assert first == second != third
    assert 0 not in (first, third)


def test_a_checksum_of_zero_is_a_mark_as_well() -> None:
    found = read(line(type=1, name="a", size=4, payload=base64.b64encode(bytes(8)).decode()))
    assert list(found.marks(np.array([0]), np.array([4]))) == [1]


@pytest.mark.parametrize(("starts", "sizes"), [([], []), ([512], [4]), ([0], [3]), ([0, 0], [4, 4])])
def test_headers_that_do_not_fit_the_files(starts: list[int], sizes: list[int]) -> None:
    found = read(line(type=1, name="a", size=4, payload="AAAAAAAAAAE="))
    with pytest.raises(StoreUnusable, match="do not fit"):
        found.marks(np.array(starts, np.int64), np.array(sizes, np.int64))


def line(**entry: Any) -> bytes:
    return json.dumps(entry).encode() + b"\n"


GOOD = line(type=2, payload="AAAA")
BAD = {
    "no-json": b"nonsense\n",
    "cut-off": GOOD[:-5],
    "no-object": b"[]\n",
    "no-type": line(payload="AAAA"),
    "unknown-type": line(type=3, payload="AAAA"),
    "no-base64": line(type=2, payload="&&&"),
    "negative-size": line(type=1, name="a", size=-1, payload="AAAAAAAAAAE="),
    "huge-size": line(type=1, name="a", size=1 << 61, payload="AAAAAAAAAAE="),
    "huge-sum": line(type=1, name="a", size=1 << 60, payload="AAAAAAAAAAE=") * 2,
    "size-no-number": line(type=1, name="a", size="9", payload="AAAAAAAAAAE="),
    "no-checksum": line(type=1, name="a", size=9),
    "short-checksum": line(type=1, name="a", size=9, payload="AAAA"),
    "no-utf-8": b'{"type":1,"name":"\xff","size":1,"payload":"AAAAAAAAAAE="}\n',
    "lone-surrogate": b'{"type":1,"name":"\\ud800","size":1,"payload":"AAAAAAAAAAE="}\n',
    "nested": b'{"type":1,"x":' + b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_no_engine_writes(text: bytes) -> None:
    with pytest.raises(StoreUnusable) as caught:
        read(GOOD + text)
    assert str(caught.value).isprintable()


def test_an_endless_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layerscope.sources.store.tar_split._LINE_LIMIT_BYTES", 1 << 21)
    with pytest.raises(StoreUnusable, match="line of over"):
        read(b" " * (1 << 23))
