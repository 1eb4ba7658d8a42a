"""Compares stretches of files, as a program of its own: `python -I -S -B worker.py PARENT`.

Each record of standard input is a job, or a piece of one: its number, twice a descriptor of the parent's and an offset,
and a size. Several of these programs may share that input, and each takes whole records. Each line of standard output
is a job's number and 1 for equal, 0 for different, or 2 where the stretches could not be read. It imports next to
nothing, since it has to be there before the first job is.
"""

import ctypes
import os
import resource
import signal
import struct
import sys

# Mapped pages count as memory of this process, so they are not many at once.
_WINDOW_BYTES = 1 << 22
_JOB = struct.Struct("<6q")
_LESS_URGENT = 5
_EQUAL, _DIFFERENT, _UNREAD = 1, 0, 2
_READ, _SHARED, _FAILED = 1, 1, ctypes.c_void_p(-1).value


class Comparer:
    """Looks at both stretches where they lie, window by window, and stops at the first difference."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._files: dict[int, int] = {}
        self._page_bytes = resource.getpagesize()
        library = ctypes.CDLL(None, use_errno=True)
        self._map, self._unmap, self._memcmp = library.mmap, library.munmap, library.memcmp
        self._map.restype = ctypes.c_void_p
        numbers = (ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
        self._map.argtypes = [ctypes.c_void_p, *numbers]
        self._unmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self._memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

    def compare(self, one: int, one_offset: int, two: int, two_offset: int, size: int) -> int:
        """What the job's line is to say."""
        try:
            first, second = self._file(one, one_offset + size), self._file(two, two_offset + size)
            for done in range(0, size, _WINDOW_BYTES):
                count = min(_WINDOW_BYTES, size - done)
                if not self._is_same(first, one_offset + done, second, two_offset + done, count):
                    return _DIFFERENT
        except (EOFError, OSError):
            return _UNREAD
        return _EQUAL

    def _file(self, descriptor: int, end: int) -> int:
        """The parent's open file, opened once more: its path may lead elsewhere by now."""
        if descriptor not in self._files:
            self._files[descriptor] = os.open(f"/proc/{self._parent}/fd/{descriptor}", os.O_RDONLY)
        # Should a file become shorter after this, the kernel ends this process, and the parent finds out why.
        if os.fstat(self._files[descriptor]).st_size < end:
            raise EOFError
        return self._files[descriptor]

    def _is_same(self, one: int, one_offset: int, two: int, two_offset: int, count: int) -> bool:
        before, after = one_offset % self._page_bytes, two_offset % self._page_bytes
        first = self._mapped(one, one_offset - before, count + before)
        try:
            second = self._mapped(two, two_offset - after, count + after)
            try:
                return bool(self._memcmp(first + before, second + after, count) == 0)
            finally:
                self._unmap(second, count + after)
        finally:
            self._unmap(first, count + before)

    def _mapped(self, file: int, offset: int, count: int) -> int:
        address = self._map(None, count, _READ, _SHARED, file, offset)
        if address == _FAILED:
            raise OSError(ctypes.get_errno(), "mmap")
        return int(address)


def main() -> None:
    """Answer until nobody asks any more."""
    # Whoever interrupts the parent ends this as well, by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Answers are waited for last of all.
    os.nice(_LESS_URGENT)
    comparer = Comparer(int(sys.argv[1]))
    while record := os.read(0, _JOB.size):
        job, *stretches = _JOB.unpack(record)
        os.write(1, b"%d %d\n" % (job, comparer.compare(*stretches)))


if __name__ == "__main__":
    main()
