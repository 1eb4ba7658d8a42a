"""Long contents of equal size, compared beside all else while layers are still being scanned.

Comparing chunk by chunk needs no hash, stops at the first difference, and costs hardly more than reading. Files are
compared by processes of their own, which take nothing from this one's interpreter; whatever else there is, by threads.
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
from layerscope.blob.file import FileSlice
from layerscope.comparing.comparing_processes import ComparingProcesses
from layerscope.layers.entry import Kind
from layerscope.layers.scan import LayerScan

LONG_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 22
_SWITCH_SECONDS = 0.000_2
_COMPARED_AT_MOST = 8
# With fewer cores than two all is done here.
_PROCESSES = min(2, os.cpu_count() or 1)
# One core is left to the thread that scans.
_WORKERS = max(1, min(4, (os.cpu_count() or 1) - 1))

_Stretch = tuple[RandomReader, int]
Place = tuple[int, int]
"""A content: the `id()` of its scan and the row in it."""


class LongContents:
    """Takes scans as they come; as a context it ends its threads. Whole groups of one size can be asked for then."""

    def __init__(self) -> None:
        self._by_size: dict[int, list[tuple[Place, RandomReader, int]]] = defaultdict(list)
        self._same_as_first: dict[int, list[Future[bool] | int]] = defaultdict(list)
        self._may_start = _PROCESSES > 1
        self._processes: ComparingProcesses | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._buffers = threading.local()
        self._switch_seconds = sys.getswitchinterval()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._processes:
            self._processes.close()
        if self._pool:
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
                self._same_as_first[size].append(self._begin(group[0][1:], group[-1][1:], size))

    def compared(self, size: int) -> list[Place]:
        """The contents of a size, none where there are too many to compare."""
        return [place for place, _, _ in self._group(size)]

    def classes(self, size: int) -> dict[Place, Place]:
        """For each content of a size that is compared the first that equals it.

        Raises SourceUnavailable when a layer has become shorter than its headers say.
        """
        group = self._group(size)
        if not group:
            return {}
        found = {group[0][0]: group[0][0]}
        others = []
        for member, job in zip(group[1:], self._same_as_first[size], strict=True):
            if self._end(job, group[0][1:], member[1:], size):
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

    def _group(self, size: int) -> list[tuple[Place, RandomReader, int]]:
        group = self._by_size[size]
        return group if len(group) <= _COMPARED_AT_MOST else []

    def _begin(self, one: _Stretch, two: _Stretch, size: int) -> Future[bool] | int:
        """Hand a comparison to the processes where both are files, else to a thread."""
        (one_reader, one_start), (two_reader, two_start) = one, two
        if isinstance(one_reader, FileSlice) and isinstance(two_reader, FileSlice) and (processes := self._workers()):
            return processes.submit(one_reader.stretch_at(one_start), two_reader.stretch_at(two_start), size)
        return self._threads().submit(self._is_same, one, two, size)

    def _end(self, job: Future[bool] | int, one: _Stretch, two: _Stretch, size: int) -> bool:
        """The answer; what nobody has begun with or could read is done here and now."""
        if isinstance(job, int):
            verdict = self._processes.result(job) if self._processes else None
            return self._is_same(one, two, size) if verdict is None else verdict
        return self._is_same(one, two, size) if job.cancel() else job.result()

    def _workers(self) -> ComparingProcesses | None:
        """The processes, started for the first job: most small images have none."""
        if self._may_start and self._processes is None:
            self._processes = ComparingProcesses.start(_PROCESSES)
            self._may_start = self._processes is not None
        return self._processes

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            # A comparing thread needs the interpreter's lock for a moment between two reads of a millisecond. It would
            # wait for longer than it reads while another one computes, unless that gives up the lock more often.
            sys.setswitchinterval(_SWITCH_SECONDS)
            self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="compare")
        return self._pool

    def _is_same(self, one: _Stretch, two: _Stretch, size: int) -> bool:
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
