"""The processes that compare stretches of files, held against Python's own comparison; and what is left without it."""

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from layerscope.blob.access import SeekAccess
from layerscope.blob.file import FileSlice, OpenFile
from layerscope.comparing.comparing_processes import ComparingProcesses
from layerscope.comparing.long_contents import LongContents
from layerscope.comparing.worker import EQUAL, UNREAD, Comparer
from layerscope.errors import SourceUnavailable
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from tests.images import file, layer

SIZE_BYTES = 700_000
# Python warns from 3.12 on; what these forks do needs nothing that another thread could hold.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


@pytest.fixture
def process() -> Iterator[ComparingProcesses]:
    made = ComparingProcesses.start(2)
    assert made is not None
    yield made
    made.close()


@pytest.fixture
def content() -> bytes:
    """Three stretches: the second is the first, the third differs from it in its last byte."""
    one = random.Random(1).randbytes(SIZE_BYTES)
    return one + one + one[:-1] + bytes([one[-1] ^ 1])


@pytest.fixture
def opened(tmp_path: Path, content: bytes) -> Iterator[OpenFile]:
    path = tmp_path / "contents"
    path.write_bytes(content)
    with OpenFile(path) as found:
        yield found


def test_every_answer_is_pythons_own(process: ComparingProcesses, opened: OpenFile, content: bytes) -> None:
    random_places = random.Random(2)
    asked = []
    for _ in range(3_000):
        size = random_places.choice([1, 100, SIZE_BYTES])
        one = random_places.choice([0, SIZE_BYTES])
        two = random_places.choice([SIZE_BYTES, 2 * SIZE_BYTES, 2 * SIZE_BYTES + 1 - size % 2])
        size = min(size, len(content) - two)
        asked.append((process.submit((opened.descriptor, one), (opened.descriptor, two), size), one, two, size))
    random_places.shuffle(asked)
    for job, one, two, size in asked:
        assert process.result(job) is (content[one : one + size] == content[two : two + size])


def test_what_cannot_be_read_has_no_answer(process: ComparingProcesses, opened: OpenFile, content: bytes) -> None:
    beyond = process.submit((opened.descriptor, 0), (opened.descriptor, len(content) - 10), SIZE_BYTES)
    closed = process.submit((987, 0), (opened.descriptor, 0), 10)
    good = process.submit((opened.descriptor, 0), (opened.descriptor, SIZE_BYTES), SIZE_BYTES)
    # Where bytes are missing the comparison may have ended before, with a difference.
    assert process.result(beyond) in (None, False)
    assert process.result(closed) is None
    assert process.result(good) is True


def test_a_long_stretch_is_the_same_only_if_each_piece_is(process: ComparingProcesses, tmp_path: Path) -> None:
    # Of holes nothing but what is written takes room.
    size, places = 80_000_000, [0, 33_554_431, 33_554_432, 50_000_000, 79_999_999]
    path = tmp_path / "holes"
    with path.open("wb") as holes:
        holes.truncate((len(places) + 2) * size)
        for number, place in enumerate(places):
            os.pwrite(holes.fileno(), b"!", (2 + number) * size + place)
    with OpenFile(path) as found:
        jobs = [process.submit((found.descriptor, 0), (found.descriptor, n * size), size) for n in range(1, 7)]
        assert [process.result(job) for job in jobs] == [True, False, False, False, False, False]


def test_what_shrinks_under_a_worker_gets_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "shrinks"
    path.write_bytes(bytes(SIZE_BYTES))
    with OpenFile(path) as found:
        comparer = Comparer(os.getpid())
        assert comparer.compare(found.descriptor, 0, found.descriptor, 1, SIZE_BYTES - 1) == EQUAL
        os.truncate(path, SIZE_BYTES - 1)
        assert comparer.compare(found.descriptor, 0, found.descriptor, 1, SIZE_BYTES - 1) == UNREAD


def test_a_file_that_was_replaced_is_still_the_one_that_is_open(
    process: ComparingProcesses, opened: OpenFile, tmp_path: Path
) -> None:
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "other").replace(opened.path)
    job = process.submit((opened.descriptor, 0), (opened.descriptor, SIZE_BYTES), SIZE_BYTES)
    assert process.result(job) is True


def test_a_killed_worker_answers_nothing_more(process: ComparingProcesses, opened: OpenFile) -> None:
    stretch = (opened.descriptor, 0)
    assert process.result(process.submit(stretch, stretch, 10)) is True
    os.kill(process._processes[0], signal.SIGKILL)
    jobs = [process.submit(stretch, stretch, 10) for _ in range(20_000)]
    assert {process.result(job) for job in jobs} <= {None, True}
    assert process.result(jobs[-1]) is None


def test_interrupting_is_the_parents_affair(process: ComparingProcesses, opened: OpenFile) -> None:
    stretch = (opened.descriptor, 0)
    assert process.result(process.submit(stretch, stretch, 10)) is True
    for worker in process._processes:
        os.kill(worker, signal.SIGINT)
    assert process.result(process.submit(stretch, stretch, 10)) is True


def test_no_process_is_left(opened: OpenFile) -> None:
    made = ComparingProcesses.start(2)
    assert made is not None
    workers = list(made._processes)
    assert len(workers) == 2
    made.submit((opened.descriptor, 0), (opened.descriptor, 0), SIZE_BYTES)
    made.close()
    made.close()
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_who_waits_compares_what_nobody_has_begun_with(opened: OpenFile) -> None:
    before = sorted(Path("/proc/self/fd").iterdir())
    made = ComparingProcesses.start(2)
    assert made is not None
    for worker in made._processes:
        os.kill(worker, signal.SIGSTOP)
    jobs = [made.submit((opened.descriptor, 0), (opened.descriptor, n * SIZE_BYTES), SIZE_BYTES) for n in (1, 2, 3)]
    assert [made.result(job) for job in jobs] == [True, False, None]
    made.close()
    assert sorted(Path("/proc/self/fd").iterdir()) == before


@pytest.fixture
def scanned(tmp_path: Path) -> Iterator[tuple[LayerScan, SeekAccess, Path]]:
    one = random.Random(3).randbytes(SIZE_BYTES)
    tar = layer(file("a", one), file("b", one), file("c", one[:-1] + b"?"), file("d", one))
    path = tmp_path / "layer.tar"
    path.write_bytes(tar)
    with OpenFile(path) as found:
        access = SeekAccess(FileSlice(found))
        yield scan_layer(access, ProbeSet(())), access, path


@pytest.mark.parametrize("has_process", [True, False])
@pytest.mark.parametrize("is_killed", [True, False])
def test_contents_fall_into_the_same_classes_with_and_without_it(
    monkeypatch: pytest.MonkeyPatch, scanned: tuple[LayerScan, SeekAccess, Path], *, has_process: bool, is_killed: bool
) -> None:
    scan, access, _ = scanned
    if not has_process:
        monkeypatch.setattr(ComparingProcesses, "start", lambda _count: None)
    with LongContents() as contents:
        contents.add(scan, access)
        assert (contents._processes is not None) is has_process
        if is_killed and contents._processes:
            os.kill(contents._processes._processes[1], signal.SIGKILL)
        found = contents.classes(SIZE_BYTES)
    assert found is not None
    assert {row: first for (_, row), (_, first) in found.items()} == {0: 0, 1: 0, 2: 2, 3: 0}


def test_a_layer_that_became_shorter_is_told(scanned: tuple[LayerScan, SeekAccess, Path]) -> None:
    scan, access, path = scanned
    os.truncate(path, SIZE_BYTES)
    with LongContents() as contents:
        contents.add(scan, access)
        with pytest.raises(SourceUnavailable, match="shorter"):
            contents.classes(SIZE_BYTES)
