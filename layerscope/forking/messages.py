"""Values of any kind through a pipe, from a fork of this process: of nobody else would pickles be read."""

import os
import select
import threading
from io import BytesIO
from pickle import HIGHEST_PROTOCOL, Pickler, loads
from queue import SimpleQueue
from typing import Any

import numpy as np

_LENGTH_BYTES = 8


class Sender:
    """Sends in a thread of its own, since the other side may be at something else; raises nothing there."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="send", daemon=True)
        self._thread.start()

    def send(self, value: Any) -> None:
        """Send a value; at once, or when the other side has taken what was sent before."""
        self._waiting.put(_pack(value))

    def finish(self) -> None:
        """Wait until all is sent, or nobody is there any more."""
        self._waiting.put(b"")
        self._thread.join()

    def _work(self) -> None:
        try:
            while content := self._waiting.get():
                left = memoryview(content)
                while left:
                    left = left[os.write(self._descriptor, left) :]
        except OSError:
            return


class Receiver:
    """Takes values out of a pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def receive(self, *, is_waiting: bool) -> list[Any]:
        """The values that have come; waits for one, or for none. Raises EOFError where it would wait for ever."""
        values: list[Any] = []
        while self._poll.poll(None if is_waiting and not values else 0):
            try:
                # Who has begun to send goes on until all of it is there.
                size_bytes = int.from_bytes(self._read(_LENGTH_BYTES), "little")
                values.append(loads(self._read(size_bytes)))
            except EOFError:
                if is_waiting and not values:
                    raise
                break
        return values

    def _read(self, size_bytes: int) -> bytearray:
        content = bytearray(size_bytes)
        left = memoryview(content)
        while left:
            count = os.readv(self._descriptor, [left])
            if not count:
                raise EOFError
            left = left[count:]
        return content


class _Pickler(Pickler):
    """Columns in which one row stands for all are sent, and stay, as one row."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.ndim and not value.strides[0] and len(value):
            return np.broadcast_to, (value[0].copy(), value.shape)
        return NotImplemented


def _pack(value: Any) -> bytes:
    content = BytesIO(bytes(_LENGTH_BYTES))
    content.seek(_LENGTH_BYTES)
    _Pickler(content, HIGHEST_PROTOCOL).dump(value)
    content.seek(0)
    content.write((content.getbuffer().nbytes - _LENGTH_BYTES).to_bytes(_LENGTH_BYTES, "little"))
    return content.getvalue()
