"""Long contents of equal size, compared in threads of their own while layers are still being scanned.

Comparing chunk by chunk needs no hash, stops at the first difference, and costs hardly more than reading.
"""

import ctypes
import os
import sys
import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import numpy as np

from layerscope.blob.access import RandomReader, SeekAccess
from layerscope.layers.entry import Kind
from layerscope.layers.scan import LayerScan

LONG_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 22
_SWITCH_SECONDS = 0.000_2
_COMPARED_AT_MOST = 8
# One core is left to the thread that scans.
_WORKERS = max(1, min(4, (os.cpu_count() or 1) - 1))

Place = tuple[int, int]
"""A content: the `id()` of its scan and the row in it."""


class LongContents:
    """Takes scans as they come; as a context it ends its threads. Whole groups of one size can be asked for then."""

    def __init__(self) -> None:
        self._by_size: dict[int, list[tuple[Place, RandomReader, int]]] = defaultdict(list)
        self._same_as_first: dict[int, list[Future[bool]]] = defaultdict(list)
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="compare")
        self._buffers = threading.local()
        self._switch_seconds = 0.0

    def __enter__(self) -> Self:
        # A comparing thread needs the interpreter's lock for a moment between two reads of a millisecond. It would wait
        # for longer than it reads while another thread computes, unless that one gives up the lock more often.
        self._switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(self._switch_seconds)

    def add(self, scan: LayerScan, access: SeekAccess) -> None:
        """Note a layer's long files, and begin to compare those whose size was seen before."""
        is_long = (scan.sizes > LONG_BYTES) & (scan.kinds == Kind.FILE) & ~scan.hashed
        for row in np.flatnonzero(is_long).tolist():
            if row in scan.sparse_maps:
                continue
            size = int(scan.sizes[row])
            group = self._by_size[size]
            group.append(((id(scan), row), access.reader, int(scan.content_starts[row])))
            if 1 < len(group) <= _COMPARED_AT_MOST:
                job = self._pool.submit(self._is_same, group[0][1:], group[-1][1:], size)
                self._same_as_first[size].append(job)

    def classes(self, size: int) -> dict[Place, Place] | None:
        """For each content of a size the first that equals it; None where there are too many to compare.

        Raises SourceUnavailable when a layer has become shorter than its headers say.
        """
        group = self._by_size[size]
        if len(group) > _COMPARED_AT_MOST:
            return None
        found = {group[0][0]: group[0][0]} if group else {}
        others = []
        for member, job in zip(group[1:], self._same_as_first[size], strict=True):
            # What no thread has begun with is done here and now.
            if self._is_same(group[0][1:], member[1:], size) if job.cancel() else job.result():
                found[member[0]] = group[0][0]
            else:
                others.append(member)
        while others:
            first, *rest = others
            found[first[0]] = first[0]
            others = []
            for member in rest:
                if self._is_same(first[1:], member[1:], size):
                    found[member[0]] = first[0]
                else:
                    others.append(member)
        return found

    def _is_same(self, one: tuple[RandomReader, int], two: tuple[RandomReader, int], size: int) -> bool:
        (one_reader, one_start), (two_reader, two_start) = one, two
        first, second = self._own_buffers()
        for offset in range(0, size, _CHUNK_BYTES):
            count = min(_CHUNK_BYTES, size - offset)
            one_reader.read_into(one_start + offset, first.view[:count])
            two_reader.read_into(two_start + offset, second.view[:count])
            if not first.equals(second, count):
                return False
        return True

    def _own_buffers(self) -> "tuple[_Buffer, _Buffer]":
        """Two buffers for each thread; fresh ones for each chunk would cost more than reading."""
        if not hasattr(self._buffers, "pair"):
            self._buffers.pair = (_Buffer(), _Buffer())
        pair: tuple[_Buffer, _Buffer] = self._buffers.pair
        return pair


class _Buffer:
    """Room for one chunk, comparable without the interpreter's lock."""

    def __init__(self) -> None:
        self._content = (ctypes.c_char * _CHUNK_BYTES)()
        self.view = memoryview(self._content).cast("B")

    def equals(self, other: "_Buffer", count_bytes: int) -> bool:
        return bool(_memcmp(self._content, other._content, count_bytes) == 0)


_memcmp = ctypes.CDLL(None).memcmp
_memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
