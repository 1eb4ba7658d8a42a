"""Layers at rest are scanned by two processes; the result is what tarfile sees, and trouble is told as by one."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from benchmarks.generate import many_layers, write_archive
from tests.cli.run import NO_ENGINE
from tests.images import Item, directory, docker_archive, file, hardlink, layer, symlink, whiteout

# What is smaller is left to one process.
LARGE = bytes(12 << 20)
LAYERS = 4

RUN = """
import os, sys

os.sched_getaffinity = lambda process: {0, 1}
fork = os.fork

def counted():
    process = fork()
    if process:
        print("forked", file=sys.stderr, flush=True)
        %s
    return process

os.fork = counted
from layerscope.__main__ import main

main()
"""
KILL = "os.kill(process, 9)"


def started(*arguments: str, then: str = "") -> subprocess.Popen[bytes]:
    """Start the command, as on two cores; it says so where it forks, and does what is to be done then."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN % then, "analyze", *arguments, "--no-cache", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | NO_ENGINE,
    )


def run(*arguments: str, then: str = "") -> tuple[int, bytes, bytes]:
    """The exit code, what was written to standard output, and to standard error."""
    with started(*arguments, then=then) as process:
        out, error = process.communicate(timeout=60)
    return process.returncode, out, error


def items(number: int) -> list[Item]:
    folder = f"opt/part-{number}"
    some = [file(f"{folder}/{name}", b"%d " % number * name, mtime=name) for name in range(300)]
    others = [symlink(f"{folder}/link", "299"), hardlink(f"{folder}/again", f"{folder}/298")]
    hides = [whiteout(f"opt/part-{number - 1}/7")] if number else []
    return [directory("opt"), directory(folder), file(f"{folder}/large", LARGE), *some, *others, *hides]


@pytest.fixture(scope="module")
def layers() -> list[bytes]:
    return [layer(*items(number)) for number in range(LAYERS)]


def write(path: Path, layers: list[bytes]) -> str:
    path.write_bytes(docker_archive(layers, flavour="modern"))
    return str(path)


@pytest.fixture(scope="module")
def image(layers: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("scanning") / "image.tar", layers)


def seen_by_tarfile(tar: bytes, number: int) -> set[tuple[str, str, str]]:
    """Path, layer and size of each entry, as the table of files has them."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as members:
        return {
            (f"/{member.name.replace('.wh.', '')}", str(number), str(member.size if member.isreg() else 0))
            for member in members
        }


def test_two_processes_see_what_tarfile_sees(image: str, layers: list[bytes]) -> None:
    code, out, error = run(image, "--report", "csv=-")
    assert (code, error) == (0, b"forked\n")
    rows = list(csv.DictReader(out.decode().splitlines()))
    expected = [seen for number, tar in enumerate(layers) for seen in seen_by_tarfile(tar, number)]
    assert sorted((row["path"], row["layer"], row["size_bytes"]) for row in rows) == sorted(expected)
    hidden = {(row["path"], row["layer"]) for row in rows if row["live"] == "no" and row["kind"] != "whiteout"}
    replaced = {("/opt", str(number)) for number in range(LAYERS - 1)}
    assert hidden == replaced | {(f"/opt/part-{number}/7", str(number)) for number in range(LAYERS - 1)}


def test_a_fork_that_is_killed_changes_nothing(image: str) -> None:
    whole = run(image, "--json", "-")
    assert whole[0] == 0
    killed = run(image, "--json", "-", then=KILL)
    assert killed == whole


def test_a_damaged_layer_is_told_as_by_one_process(layers: list[bytes], tmp_path: Path) -> None:
    damaged = bytearray(layers[2])
    with tarfile.open(fileobj=io.BytesIO(layers[2])) as members:
        place = members.getmember("opt/part-2/200").offset
    damaged[place + 148 : place + 156] = b"7777777\0"
    path = write(tmp_path / "damaged.tar", [*layers[:2], bytes(damaged), layers[3]])
    code, out, error = run(path, "--json", "-")
    assert code == 3
    assert error.startswith(b"forked\n")
    report = json.loads(out)
    assert not report["complete"]
    # Two folders, a large file, and the files before the damaged one.
    assert [found["entries"] for found in report["layers"]] == [305, 306, 203, 306]
    assert [text for text in report["warnings"] if "damaged" in text] == [
        f"Layer 2 is damaged and was read in part: A tar header's checksum is wrong (at byte {place} of the tar)."
    ]


def test_a_file_that_shrinks_is_one_error_of_ours(layers: list[bytes], tmp_path: Path) -> None:
    path = write(tmp_path / "shrinks.tar", layers)
    code, out, error = run(path, "--json", "-", then=f"os.truncate({path!r}, 1 << 20)")
    assert (code, out) == (3, b"")
    assert error.startswith(b"forked\n")
    assert error.count(b"\n") == 2
    assert b"Traceback" not in error


IGNORED = """
import sys
import layerscope.__main__
import layerscope.cli.main

class Dropped:
    def __del__(self):
        raise KeyboardInterrupt

def run(arguments):
    Dropped()
    return 0

layerscope.cli.main.run = run
sys.argv = ["layerscope", "analyze", "image.tar"]
layerscope.__main__.main()
"""


def test_an_interrupt_that_python_would_drop_ends_the_command() -> None:
    done = subprocess.run([sys.executable, "-c", IGNORED], check=False, capture_output=True, timeout=30)
    assert (done.returncode, done.stderr.strip()) == (130, b"layerscope: interrupted")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_both_scan(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "many.tar"
    write_archive(path, many_layers(4, 100_000, 0))
    with started(str(path), then="print(process, file=sys.stderr, flush=True)") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"forked\n"
        fork = int(process.stderr.readline())
        process.send_signal(number)
        _, message = process.communicate(timeout=10)
    assert (process.returncode, message.strip()) == (130, b"layerscope: interrupted")
    for _ in range(500):
        if not Path(f"/proc/{fork}").exists():
            return
        time.sleep(0.02)
    pytest.fail("the fork is still there")
