"""Compares stretches of files, as a program of its own: `python -I -S -B worker.py PARENT`.

Each line of standard input is a job: its number, twice a descriptor of the parent's and an offset, and a size. Each
line of standard output is a job's number and 1 for equal, 0 for different, or 2 where the stretches could not be read.
It imports next to nothing, since it has to be there before the first job is.
"""

import ctypes
import os
import signal
import sys

# Two of these fit into a core's own cache.
_CHUNK_BYTES = 1 << 18
_EQUAL, _DIFFERENT, _UNREAD = 1, 0, 2


class Comparer:
    """Reads both stretches piece by piece and stops at the first difference."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._files: dict[int, int] = {}
        self._contents = [(ctypes.c_char * _CHUNK_BYTES)() for _ in range(2)]
        self._views = [memoryview(content).cast("B") for content in self._contents]
        self._memcmp = ctypes.CDLL(None).memcmp
        self._memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

    def compare(self, one: int, one_offset: int, two: int, two_offset: int, size: int) -> int:
        """What the job's line is to say."""
        try:
            first, second = self._file(one), self._file(two)
            for done in range(0, size, _CHUNK_BYTES):
                count = min(_CHUNK_BYTES, size - done)
                self._fill(0, first, one_offset + done, count)
                self._fill(1, second, two_offset + done, count)
                if self._memcmp(*self._contents, count):
                    return _DIFFERENT
        except (EOFError, OSError):
            return _UNREAD
        return _EQUAL

    def _file(self, descriptor: int) -> int:
        """The parent's open file, opened once more: its path may lead elsewhere by now."""
        if descriptor not in self._files:
            self._files[descriptor] = os.open(f"/proc/{self._parent}/fd/{descriptor}", os.O_RDONLY)
        return self._files[descriptor]

    def _fill(self, number: int, file: int, offset: int, count: int) -> None:
        filled = 0
        while filled < count:
            got = os.preadv(file, [self._views[number][filled:count]], offset + filled)
            if not got:
                raise EOFError
            filled += got


def main() -> None:
    """Answer until nobody asks any more."""
    # Whoever interrupts the parent ends this as well, by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    comparer = Comparer(int(sys.argv[1]))
    for line in sys.stdin.buffer:
        job, one, one_offset, two, two_offset, size = map(int, line.split())
        verdict = comparer.compare(one, one_offset, two, two_offset, size)
        os.write(1, b"%d %d\n" % (job, verdict))


if __name__ == "__main__":
    main()
