"""The tar reader against Go's: `python -m tests.fuzzing.against_go --count 300000`; needs Go.

Damage that Go's archive/tar reports and ours does not is a fault, and so is a tar in which both see other entries.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzzing.run import CORPUS
from tests.tar.go_agreement import disagreement
from tests.tar.go_reader import build_go_reader, read_with_go
from tests.tar.mutants import mutant

STEP = 5_000


def main(arguments: list[str]) -> int:
    """Run from the command line; returns 1 if the readers disagreed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    chosen = parser.parse_args(arguments)
    start, failed, damaged = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        program = build_go_reader(Path(folder))
        for first in range(chosen.first, chosen.first + chosen.count, STEP):
            numbers = range(first, min(first + STEP, chosen.first + chosen.count))
            tars = [mutant(random.Random(chosen.seed << 32 | number)) for number in numbers]
            for number, tar, answer in zip(numbers, tars, read_with_go(tars, program), strict=True):
                damaged += bool(answer.error)
                if (problem := disagreement(tar, answer)) is not None:
                    failed += 1
                    path = CORPUS / f"tar-go-{chosen.seed}-{number}.bin"
                    path.write_bytes(tar)
                    sys.stdout.write(f"{path.name}: {problem}\n")
            done, took = numbers[-1] + 1 - chosen.first, time.monotonic() - start
            sys.stdout.write(f"{done} cases, {damaged} damaged to Go, {failed} failed, {took:.0f} s\n")
            sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
