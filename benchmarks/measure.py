"""One command in a process of its own: seconds, peak memory, disk traffic, temporary files, and how noisy it was.

The peak is the kernel's ru_maxrss. A child inherits its parent's peak on exec, so whoever measures has to stay small:
nothing here imports numpy or holds an archive.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BLOCK_BYTES = 512
_POLL_SECONDS = 0.02
_TAIL_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `temporary_files` are names seen in its TMPDIR or working directory, `others_cores` what all other
    processes and the hypervisor took of the machine meanwhile. `timed_out` runs end at the limit.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    read_bytes: int
    written_bytes: int
    temporary_files: tuple[str, ...]
    others_cores: float
    timed_out: bool = False


def measure(command: Sequence[str], *, timeout_seconds: float | None = None) -> Run:
    """Run a command in fresh folders; raises SystemExit with the end of its output where it fails."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for part in ("tmp", "cwd"):
            (folder / part).mkdir()
        output = folder / "output"
        run, status = _run(command, folder, output, timeout_seconds)
        if status and not run.timed_out:
            raise SystemExit(f"{' '.join(command)} ended with {status}:\n{_tail(output)}")
        return run


def interleave(
    commands: Mapping[str, Sequence[str]], rounds: int, *, timeout_seconds: float | None = None
) -> dict[str, list[Run]]:
    """Run all commands in turn, round after round, so that a slow minute hits all of them."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            run = measure(command, timeout_seconds=timeout_seconds)
            runs[name].append(run)
            say(f"round {number + 1} of {rounds}: {name} {run.seconds:.2f} s, others {run.others_cores:.2f} cores")
    return runs


def warm(path: Path) -> None:
    """Read a file, or all of a folder, once, so that every run finds it in the page cache as far as it fits."""
    buffer = bytearray(1 << 20)
    for part in files_of(path):
        with part.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def files_of(path: Path) -> list[Path]:
    """The file itself, or all files below a folder."""
    return sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]


def compile_package() -> None:
    """Write the package's byte code, which an installed one has; without it each run would compile all sources."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "layerscope")], check=True)


def say(text: str) -> None:
    """One line for who waits."""
    sys.stderr.write(text + "\n")


def _run(command: Sequence[str], folder: Path, output: Path, timeout_seconds: float | None) -> tuple[Run, int]:
    environment = os.environ | {"TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT)}
    watched = _Watch([folder / "tmp", folder / "cwd"])
    busy, start = _busy_seconds(), time.perf_counter()
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=folder / "cwd", env=environment, stdout=stream, stderr=stream, start_new_session=True
        )
        timer = threading.Timer(timeout_seconds or 1e6, os.killpg, (process.pid, signal.SIGKILL))
        timer.daemon = True
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
    seconds, busy = time.perf_counter() - start, _busy_seconds() - busy
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_seconds = usage.ru_utime + usage.ru_stime
    run = Run(
        seconds,
        cpu_seconds,
        usage.ru_maxrss * 1024,
        usage.ru_inblock * _BLOCK_BYTES,
        usage.ru_oublock * _BLOCK_BYTES,
        watched.finish(),
        max(0.0, (busy - cpu_seconds) / seconds),
        timed_out=timeout_seconds is not None and seconds >= timeout_seconds,
    )
    return run, process.returncode


class _Watch:
    """Looks into folders again and again and keeps every name it sees."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def finish(self) -> tuple[str, ...]:
        """Every name, after a last look."""
        self._stop.set()
        self._thread.join()
        self._look()
        return tuple(sorted(self._seen))

    def _work(self) -> None:
        while not self._stop.wait(_POLL_SECONDS):
            self._look()

    def _look(self) -> None:
        for folder in self._folders:
            self._seen.update(entry.name for entry in os.scandir(folder))


def _busy_seconds() -> float:
    """The time that all CPUs together were not idle, stolen time included (proc(5), /proc/stat)."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _tail(output: Path) -> str:
    return output.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
