"""Values come out of the pipe as they went in; an end is noticed where somebody waits."""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from layerscope.forking.messages import Receiver, Sender


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """The two ends of a pipe; a test that closes one takes it out."""
    made = list(os.pipe())
    yield made
    for descriptor in made:
        os.close(descriptor)


def receive_all(receiver: Receiver, count: int) -> list[Any]:
    values: list[Any] = []
    while len(values) < count:
        values += receiver.receive(is_waiting=True)
    return values


def test_values_of_any_size_in_order(ends: list[int]) -> None:
    sent = [1, b"x" * 3_000_000, ("a", None), bytes(range(256)) * 5_000, ""]
    sender, receiver = Sender(ends[1]), Receiver(ends[0])
    for value in sent:
        sender.send(value)
    assert receive_all(receiver, len(sent)) == sent
    sender.finish()


def test_a_row_that_stands_for_all_stays_one(ends: list[int]) -> None:
    columns: list[Any] = [
        np.broadcast_to(np.int64(7), (100_000,)),
        np.broadcast_to(np.arange(16, dtype=np.uint8), (100_000, 16)),
        np.arange(1_000, dtype=np.uint64),
        np.zeros(0, np.int64),
    ]
    sender, receiver = Sender(ends[1]), Receiver(ends[0])
    sender.send(columns)
    (received,) = receive_all(receiver, 1)
    sender.finish()
    for before, after in zip(columns, received, strict=True):
        assert after.dtype == before.dtype
        assert after.strides == before.strides or not len(before)
        assert np.array_equal(after, before)


def test_who_does_not_wait_gets_what_is_there(ends: list[int]) -> None:
    receiver = Receiver(ends[0])
    assert receiver.receive(is_waiting=False) == []
    sender = Sender(ends[1])
    sender.send("there")
    sender.finish()
    assert receiver.receive(is_waiting=False) == ["there"]


@pytest.mark.parametrize("left", [b"", b"\x05\0", b"\x09\0\0\0\0\0\0\0half"])
def test_an_end_is_noticed_by_who_waits(ends: list[int], left: bytes) -> None:
    receiver = Receiver(ends[0])
    os.write(ends[1], left)
    os.close(ends.pop())
    assert receiver.receive(is_waiting=False) == []
    with pytest.raises(EOFError):
        receiver.receive(is_waiting=True)


def test_nobody_is_there_to_receive() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    sender = Sender(theirs)
    sender.send("lost")
    sender.finish()
    os.close(theirs)
