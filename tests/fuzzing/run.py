"""The fuzzer: `python -m tests.fuzzing.run --count 300000`; a case that fails is kept in the corpus.

Inputs follow from `--seed` and their number alone. A case fails if anything but one of our errors comes out, if it
takes over 5 s, or if memory grows over 256 MB above what it was before the first case.
"""

import argparse
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.fuzzing.targets import TARGETS

LONGEST_SECONDS = 5
MEMORY_BYTES = 256 << 20
CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Fault:
    """A case that failed."""

    number: int
    target: str
    content: bytes
    problem: str


class TooSlow(BaseException):
    """A case took too long; no handler of exceptions may take it for something else."""


def fuzz(count: int, seed: int = 0, first: int = 0) -> Iterator[Fault]:
    """Run so many cases, and yield those that fail."""
    names = list(TARGETS)
    weights = [TARGETS[name][0] for name in names]
    ceiling_bytes = 0
    for number in range(first, first + count):
        # A generator for each case, so that a case can be run again without those before it.
        rng = random.Random(seed << 32 | number)
        name = rng.choices(names, weights)[0]
        content = TARGETS[name][1](rng)
        problem = problem_of(name, content)
        if problem is None and ceiling_bytes and peak_bytes() > ceiling_bytes:
            problem = f"memory grew to {peak_bytes()} bytes"
            ceiling_bytes = 0
        if not ceiling_bytes and number >= first + min(200, count // 2):
            # The first cases load what all of them need.
            ceiling_bytes = peak_bytes() + MEMORY_BYTES
        if problem is not None:
            yield Fault(number, name, content, problem)


def problem_of(target: str, content: bytes) -> str | None:
    """What goes wrong with an input, None if nothing does."""
    try:
        with time_limit():
            TARGETS[target][2](content)
    except TooSlow:
        return f"over {LONGEST_SECONDS} s\n{traceback.format_exc()}"
    except Exception:  # noqa: BLE001 - whatever comes out is what is looked for
        return traceback.format_exc()
    return None


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise TooSlow in the middle of what takes too long."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def peak_bytes() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(arguments: list[str]) -> int:
    """Run from the command line; returns 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after this time")
    chosen = parser.parse_args(arguments)
    start, failed, done = time.monotonic(), 0, 0
    step = 1_000
    for first in range(chosen.first, chosen.first + chosen.count, step):
        if time.monotonic() - start > chosen.seconds:
            break
        size = min(step, chosen.first + chosen.count - first)
        for fault in fuzz(size, chosen.seed, first):
            failed += 1
            CORPUS.mkdir(exist_ok=True)
            path = CORPUS / f"{fault.target}-{chosen.seed}-{fault.number}.bin"
            path.write_bytes(fault.content)
            sys.stdout.write(f"{path.name}: {fault.problem}\n")
        done += size
        took = time.monotonic() - start
        sys.stdout.write(f"{done} cases, {failed} failed, {took:.0f} s, peak {peak_bytes() >> 20} MiB\n")
        sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
