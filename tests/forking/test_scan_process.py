"""A fork does jobs beside its parent; whatever becomes of either, the other knows and nothing is left."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from layerscope.forking.scan_process import ForkUnusable, ScanProcess, Told
from layerscope.forking.tickets import TICKETS_LIMIT

JOBS = 200
# Python warns from 3.12 on; what these forks do needs nothing that another thread could hold.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

Result = tuple[int, str]


def digest(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def work(number: int, advance: Callable[[int], None]) -> Result:
    for _ in range(10):
        advance(number)
    return os.getpid(), digest(number)


def start(job: Callable[[int, Callable[[int], None]], Result], count: int = JOBS) -> ScanProcess[Result]:
    process = ScanProcess.start(count, job)
    assert process is not None
    return process


def first_of_fork(process: ScanProcess[Result]) -> Told[Result]:
    """What the fork says of the first job that it has done."""
    while True:
        for told in process.hear(is_waiting=True):
            if told.result is not None:
                return told


def has_ended(process: int) -> bool:
    """Whether a process ends within some seconds; one that nobody has waited for yet has ended."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.usefixtures("can_fork")
def test_both_do_jobs_and_each_is_done_once() -> None:
    results: dict[int, Result] = {}
    read_bytes = dict.fromkeys(range(JOBS), 0)

    def take(told: Told[Result]) -> None:
        read_bytes[told.number] += told.count_bytes
        if told.result is not None:
            assert told.number not in results
            results[told.number] = told.result

    with start(work) as process:
        own = process.draw()
        while own is not None:
            results[own] = work(own, lambda _: None)
            own = process.draw()
            # So that the fork has some, too, however fast this process is.
            for told in process.hear(is_waiting=not any(pid != os.getpid() for pid, _ in results.values())):
                take(told)
        while len(results) < JOBS:
            for told in process.hear(is_waiting=True):
                take(told)
    assert {number: found for number, (_, found) in results.items()} == {n: digest(n) for n in range(JOBS)}
    by_fork = [number for number, (pid, _) in results.items() if pid != os.getpid()]
    assert 0 < len(by_fork) < JOBS
    assert all(read_bytes[number] == 10 * number for number in by_fork)
    assert all(read_bytes[number] == 0 for number in results if number not in by_fork)


@pytest.mark.usefixtures("can_fork")
def test_a_job_that_fails_ends_the_fork() -> None:
    def fail(number: int, advance: Callable[[int], None]) -> Result:
        raise MemoryError(number, advance)

    with start(fail) as process, pytest.raises(ForkUnusable):
        process.hear(is_waiting=True)


def sleep_after_the_first(number: int, advance: Callable[[int], None]) -> Result:
    if number:
        time.sleep(60)
    return work(number, advance)


@pytest.mark.usefixtures("can_fork")
def test_a_fork_that_is_killed_is_noticed() -> None:
    with start(sleep_after_the_first) as process:
        told = first_of_fork(process)
        assert told.result is not None
        os.kill(told.result[0], signal.SIGKILL)
        with pytest.raises(ForkUnusable):
            process.hear(is_waiting=True)


@pytest.mark.usefixtures("can_fork")
def test_leaving_ends_a_fork_that_is_at_something() -> None:
    with start(sleep_after_the_first) as process:
        told = first_of_fork(process)
    assert told.result is not None
    # It was waited for as well.
    with pytest.raises(ProcessLookupError):
        os.kill(told.result[0], 0)


@pytest.mark.usefixtures("can_fork")
def test_an_interrupt_is_for_the_parent() -> None:
    def wait_for_interrupt(number: int, advance: Callable[[int], None]) -> Result:
        if number:
            os.kill(os.getpid(), signal.SIGINT)
        return work(number, advance)

    with start(wait_for_interrupt, 2) as process:
        done: set[int] = set()
        while len(done) < 2:
            done |= {told.number for told in process.hear(is_waiting=True) if told.result is not None}


LOSE_PARENT = """
import os, time
from layerscope.forking.scan_process import ScanProcess

os.sched_getaffinity = lambda process: {0, 1}

def job(number, advance):
    while True:
        advance(1)
        time.sleep(0.01)
        if not number:
            return os.getpid()

process = ScanProcess.start(2, job)
results = []
while not results:
    # What is told of the next job may have come with the result.
    results = [told.result for told in process.hear(is_waiting=True) if told.result is not None]
print(results[0], flush=True)
time.sleep(60)
"""


def test_a_fork_ends_when_its_parent_is_killed() -> None:
    command = [sys.executable, "-c", LOSE_PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        fork = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        assert has_ended(fork)


def test_no_fork_beside_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert ScanProcess.start(JOBS, work) is None
    finally:
        stop.set()
        thread.join()


@pytest.mark.usefixtures("can_fork")
def test_no_fork_on_one_core_or_for_too_many_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ScanProcess.start(TICKETS_LIMIT + 1, work) is None
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0})
    assert ScanProcess.start(JOBS, work) is None


@pytest.mark.usefixtures("can_fork")
def test_no_fork_where_there_is_no_room_for_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = {path.name for path in Path("/proc/self/fd").iterdir()}
    monkeypatch.setattr(os, "fork", refuse)
    assert ScanProcess.start(JOBS, work) is None
    assert {path.name for path in Path("/proc/self/fd").iterdir()} == before
