"""A second process that compares stretches of files: it needs no lock of this one's interpreter."""

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

_WORKER = Path(__file__).with_name("worker.py")
_EQUAL, _DIFFERENT = b"1", b"0"
_PIECE_BYTES = 1 << 16

Stretch = tuple[int, int]
"""A descriptor of this process, and an offset in its file."""


class ComparingProcess:
    """Takes jobs at once and answers them later, in their order; without a worker every answer is None."""

    def __init__(self) -> None:
        self._process = 0
        self._asks, self._answers = -1, -1
        self._count = 0
        self._unsent = bytearray()
        self._heard = b""
        self._verdicts: dict[int, bool | None] = {}

    @classmethod
    def start(cls) -> "ComparingProcess | None":
        """Start one where a process can be started and finds this one's files; None elsewhere."""
        if not sys.executable or not Path("/proc/self/fd").is_dir() or not hasattr(os, "posix_spawn"):
            return None
        made = cls()
        try:
            made._start()
        except OSError:
            made.close()
            return None
        return made

    def submit(self, one: Stretch, two: Stretch, size_bytes: int) -> int:
        """Ask whether two stretches are the same; returns the job's number."""
        job = self._count
        self._count += 1
        self._unsent += b"%d %d %d %d %d %d\n" % (job, *one, *two, size_bytes)
        self._send()
        return job

    def result(self, job: int) -> bool | None:
        """Wait for a job's answer; None where the worker could not read, or is gone."""
        while job not in self._verdicts and self._answers >= 0:
            self._wait()
        return self._verdicts.get(job)

    def close(self) -> None:
        """End the worker, whatever it is at."""
        self._hang_up()
        if self._process:
            with suppress(OSError):
                os.kill(self._process, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(self._process, 0)
            self._process = 0

    def _start(self) -> None:
        theirs_in, self._asks = os.pipe()
        self._answers, theirs_out = os.pipe()
        try:
            command = [sys.executable, "-I", "-S", "-B", str(_WORKER), str(os.getpid())]
            actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)]
            self._process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        os.set_blocking(self._asks, False)

    def _send(self) -> None:
        """As much as the pipe takes; the rest goes with the next job, or while an answer is waited for."""
        try:
            while self._unsent and self._asks >= 0:
                del self._unsent[: os.write(self._asks, self._unsent[:_PIECE_BYTES])]
        except BlockingIOError:
            return
        except OSError:
            self._hang_up()

    def _wait(self) -> None:
        asks = [self._asks] if self._unsent else []
        readable, writable, _ = select.select([self._answers], asks, [])
        if writable:
            self._send()
        if readable and self._answers >= 0:
            self._hear(os.read(self._answers, _PIECE_BYTES))

    def _hear(self, content: bytes) -> None:
        if not content:
            self._hang_up()
            return
        *lines, self._heard = (self._heard + content).split(b"\n")
        for line in lines:
            job, _, verdict = line.partition(b" ")
            self._verdicts[int(job)] = {_EQUAL: True, _DIFFERENT: False}.get(verdict)

    def _hang_up(self) -> None:
        for descriptor in (self._asks, self._answers):
            if descriptor >= 0:
                os.close(descriptor)
        self._asks = self._answers = -1
