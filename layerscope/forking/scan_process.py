"""The fork and its parent: both draw jobs, and the parent hears of those that the fork has done.

A fork has all that its parent has opened and loaded, which is why it can begin at once and on any blob at rest.
"""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, Generic, NamedTuple, NoReturn, Self, TypeVar

from layerscope.forking.messages import Receiver, Sender
from layerscope.forking.tickets import TICKETS_LIMIT, Tickets

T = TypeVar("T")
Job = Callable[[int, Callable[[int], None]], T]
"""Does the job of a number, and says of it now and then how many bytes it has read since the last time."""


class Told(NamedTuple, Generic[T]):
    """What the fork says of a job: how many bytes it has read since the last time, or what came out of it."""

    number: int
    count_bytes: int
    result: T | None = None


class ForkUnusable(Exception):
    """The fork has ended before all was done."""


class ScanProcess(Generic[T]):
    """The parent's side, used as a context that ends the fork."""

    def __init__(self, tickets: Tickets, process: int, answers: int) -> None:
        self._tickets = tickets
        self._process = process
        self._answers = answers
        self._receiver = Receiver(answers)

    @classmethod
    def start(cls, count: int, job: "Job[T]") -> "ScanProcess[T] | None":
        """Fork, for so many jobs; None where that helps nobody or might not go well."""
        if count > TICKETS_LIMIT or not _can_fork():
            return None
        try:
            with ExitStack() as on_error:
                tickets = Tickets(count)
                on_error.callback(tickets.close)
                answers, theirs = os.pipe()
                on_error.callback(os.close, answers)
                process = _fork_to_serve(tickets, job, answers, theirs)
                on_error.pop_all()
        except OSError:
            return None
        return cls(tickets, process, answers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tickets.close()
        os.close(self._answers)
        with suppress(OSError):
            os.kill(self._process, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(self._process, 0)

    def draw(self) -> int | None:
        """The number of a job that is this process's now; None where all are somebody's."""
        return self._tickets.draw()

    def hear(self, *, is_waiting: bool = False) -> list[Told[T]]:
        """What the fork has said by now, or, if that is nothing, what it says next. Raises ForkUnusable."""
        try:
            return self._receiver.receive(is_waiting=is_waiting)
        except (EOFError, OSError) as error:
            raise ForkUnusable from error


def _can_fork() -> bool:
    """Whether there is a second core, and no other thread, whose locks a fork would find locked for good."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _fork_to_serve(tickets: Tickets, job: "Job[Any]", answers: int, theirs: int) -> int:
    """The fork's process; the fork itself does not return."""
    parent = os.getpid()
    try:
        process = _fork()
        if not process:
            os.close(answers)
            _serve(tickets, job, theirs, parent)
    finally:
        os.close(theirs)
    return process


def _fork() -> int:
    """As `os.fork`; an interrupt is for the parent, and never finds the fork in its parent's code."""
    stops = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        process = os.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(tickets: Tickets, job: "Job[Any]", answers: int, parent: int) -> NoReturn:
    """Do jobs until all are drawn, and end without a word where one cannot be done: the parent will find out why."""
    with suppress(BaseException):
        sender = Sender(answers)

        def advance(number: int, count_bytes: int) -> None:
            if os.getppid() != parent:
                raise ForkUnusable
            sender.send(Told(number, count_bytes))

        while (number := tickets.draw()) is not None:
            sender.send(Told(number, 0, job(number, partial(advance, number))))
        sender.finish()
    os._exit(0)
