"""Files on disk: slices stay in their bounds, and a file that changes is noticed."""

import os
import threading
from pathlib import Path

import pytest

from layerscope.blob.file import FileSlice, OpenFile
from layerscope.errors import SourceUnavailable

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of 2048 bytes."""
    path = tmp_path / "blob"
    path.write_bytes(CONTENT)
    return path


# Offset and size of a read in the slice 100..1100, and what it gives.
READS = [
    (0, 10, CONTENT[100:110]),
    (0, 1000, CONTENT[100:1100]),
    (0, 5000, CONTENT[100:1100]),
    (990, 100, CONTENT[1090:1100]),
    (1000, 1, b""),
    (5000, 1, b""),
    (10, 0, b""),
]


@pytest.mark.parametrize(("offset", "size", "expected"), READS)
def test_reads_stay_in_the_slice(path: Path, offset: int, size: int, expected: bytes) -> None:
    with OpenFile(path) as file:
        part = FileSlice(file, 100, 1000)
        assert part.size_bytes == 1000
        assert part.read_at(offset, size) == expected


def test_parts_of_parts(path: Path) -> None:
    with OpenFile(path) as file:
        whole = FileSlice(file)
        assert whole.size_bytes == len(CONTENT)
        part = whole.part(100, 1000).part(50, 20)
        assert (part.size_bytes, part.read_at(0, 100)) == (20, CONTENT[150:170])
        assert whole.part(2000, 48).read_at(0, 100) == CONTENT[2000:]


def test_reader(path: Path) -> None:
    with OpenFile(path) as file:
        reader = FileSlice(file, 100, 1000).reader()
        assert b"".join(iter(lambda: reader.read(7), b"")) == CONTENT[100:1100]
        assert reader.read(7) == b""


def test_file_that_shrinks(path: Path) -> None:
    with OpenFile(path) as file:
        part = FileSlice(file)
        os.truncate(path, 100)
        with pytest.raises(SourceUnavailable, match="changed"):
            part.read_at(0, 2000)
        with pytest.raises(SourceUnavailable, match="changed"):
            file.check_unchanged()


CHANGES = {
    "longer": lambda path: os.truncate(path, 4096),
    "other bytes": lambda path: path.write_bytes(CONTENT[::-1]),
    "other time": lambda path: os.utime(path, ns=(0, 0)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_file_that_changes(path: Path, change) -> None:
    os.utime(path, ns=(1, 1))
    with OpenFile(path) as file:
        file.check_unchanged()
        change(path)
        with pytest.raises(SourceUnavailable, match="changed"):
            file.check_unchanged()


def test_file_that_is_replaced_is_still_the_one_that_was_opened(path: Path) -> None:
    with OpenFile(path) as file:
        other = path.with_name("other")
        other.write_bytes(b"other")
        other.replace(path)
        assert FileSlice(file).read_at(0, 5) == CONTENT[:5]


def test_close_twice(path: Path) -> None:
    file = OpenFile(path)
    file.close()
    file.close()


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="Check the path"):
        OpenFile(tmp_path / "missing")


def test_hostile_name_is_escaped(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        OpenFile(tmp_path / "\x1b[31m")
    assert "\x1b" not in str(caught.value)


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        FileSlice(OpenFile(tmp_path), 0, 10).read_at(0, 1)


def test_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    caught: list[BaseException] = []

    def work() -> None:
        try:
            OpenFile(path).close()
        except SourceUnavailable as error:
            caught.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(0.5)
    is_stuck = thread.is_alive()
    if is_stuck:
        # Let it go on, so that no other test inherits it.
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        thread.join(2)
    assert not is_stuck
    assert len(caught) == 1
