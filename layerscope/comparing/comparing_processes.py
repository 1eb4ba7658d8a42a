"""Processes beside this one that compare stretches of files: they need no lock of its interpreter."""

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path
from struct import Struct

from layerscope.comparing.worker import DIFFERENT, EQUAL, UNREAD, Comparer

_WORKER = Path(__file__).with_name("worker.py")
_VERDICTS = {EQUAL: True, DIFFERENT: False, UNREAD: None}
_PIECE_BYTES = 1 << 16
_JOB = Struct("<6q")
# Long stretches are shared out, so that nobody is left alone with one in the end.
_STRETCH_BYTES = 32 << 20
# So many are written to a pipe as a whole or not at all (POSIX.1-2017, write, PIPE_BUF).
_AT_ONCE_BYTES = select.PIPE_BUF // _JOB.size * _JOB.size

Stretch = tuple[int, int]
"""A descriptor of this process, and an offset in its file."""


class ComparingProcesses:
    """Take jobs at once, each whoever is free, and answer them later; where one of them is gone no answer is left."""

    def __init__(self) -> None:
        self._processes: list[int] = []
        self._asks = self._unbegun = -1
        self._comparer: Comparer | None = None
        self._answers: dict[int, bytes] = {}
        self._count = 0
        self._unsent = bytearray()
        self._pieces_left: dict[int, int] = {}
        self._verdicts: dict[int, bool | None] = {}

    @classmethod
    def start(cls, count: int) -> "ComparingProcesses | None":
        """Start so many where processes can be started and find this one's files; None elsewhere."""
        if not sys.executable or not Path("/proc/self/fd").is_dir() or not hasattr(os, "posix_spawn"):
            return None
        made = cls()
        try:
            made._start(count)
        except OSError:
            made.close()
            return None
        return made

    def submit(self, one: Stretch, two: Stretch, size_bytes: int) -> int:
        """Ask whether two stretches are the same; returns the job's number."""
        job = self._count
        self._count += 1
        (one_file, one_offset), (two_file, two_offset) = one, two
        for done in range(0, size_bytes, _STRETCH_BYTES):
            count = min(_STRETCH_BYTES, size_bytes - done)
            self._unsent += _JOB.pack(job, one_file, one_offset + done, two_file, two_offset + done, count)
        self._pieces_left[job] = -(-size_bytes // _STRETCH_BYTES)
        self._send()
        return job

    def result(self, job: int) -> bool | None:
        """A job's answer, once nothing is left that nobody has begun with; None where nobody could read or is there."""
        while job not in self._verdicts and self._answers:
            if not self._do_one():
                self._wait()
        return self._verdicts.get(job)

    def close(self) -> None:
        """End all, whatever they are at."""
        self._hang_up()
        if self._comparer is not None:
            self._comparer.close()
        for process in self._processes:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        for process in self._processes:
            with suppress(OSError):
                os.waitpid(process, 0)
        self._processes.clear()

    def _start(self, count: int) -> None:
        theirs_in, self._asks = os.pipe()
        try:
            os.set_blocking(self._asks, False)
            # An opening of its own: what it does without waiting, the others still wait for.
            self._unbegun = os.open(f"/proc/self/fd/{theirs_in}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            for _ in range(count):
                self._spawn(theirs_in)
        finally:
            os.close(theirs_in)

    def _spawn(self, theirs_in: int) -> None:
        answers, theirs_out = os.pipe()
        self._answers[answers] = b""
        try:
            command = [sys.executable, "-I", "-S", "-B", str(_WORKER), str(os.getpid())]
            actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)]
            self._processes.append(os.posix_spawn(sys.executable, command, os.environ, file_actions=actions))
        finally:
            os.close(theirs_out)

    def _send(self) -> None:
        """As much as the pipe takes; the rest goes with the next job, or while an answer is waited for."""
        try:
            while self._unsent and self._asks >= 0:
                del self._unsent[: os.write(self._asks, self._unsent[:_AT_ONCE_BYTES])]
        except BlockingIOError:
            return
        except OSError:
            self._hang_up()

    def _do_one(self) -> bool:
        """Compare a piece that is still in the pipe; false where there is none."""
        try:
            record = os.read(self._unbegun, _JOB.size)
        except BlockingIOError:
            return False
        if len(record) < _JOB.size:
            return False
        self._comparer = self._comparer or Comparer(os.getpid())
        number, *stretches = _JOB.unpack(record)
        self._take(number, _VERDICTS[self._comparer.compare(*stretches)])
        return True

    def _wait(self) -> None:
        asks = [self._asks] if self._unsent else []
        readable, writable, _ = select.select(list(self._answers), asks, [])
        if writable:
            self._send()
        for answers in readable:
            if answers in self._answers:
                self._hear(answers, os.read(answers, _PIECE_BYTES))

    def _hear(self, answers: int, content: bytes) -> None:
        if not content:
            self._hang_up()
            return
        *lines, self._answers[answers] = (self._answers[answers] + content).split(b"\n")
        for line in lines:
            number, _, verdict = line.partition(b" ")
            self._take(int(number), _VERDICTS[int(verdict)])

    def _take(self, job: int, verdict: bool | None) -> None:
        """What was found out about a piece: one that differs, or could not be read, decides for all of the job."""
        self._pieces_left[job] -= 1
        if verdict is not True:
            self._verdicts[job] = verdict
        elif not self._pieces_left[job]:
            self._verdicts.setdefault(job, True)

    def _hang_up(self) -> None:
        for descriptor in (self._asks, self._unbegun, *self._answers):
            if descriptor >= 0:
                os.close(descriptor)
        self._asks = self._unbegun = -1
        self._answers.clear()
