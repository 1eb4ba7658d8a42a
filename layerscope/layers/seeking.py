"""Scanning a tar at rest: plain headers in batches, others one by one, contents only where a probe wants them."""

from collections.abc import Callable
from itertools import islice

import numpy as np

from layerscope.blob.access import RandomReader, SeekAccess, StoreAccess
from layerscope.blob.allowance import Allowance, LayerEntries
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.entry import Kind
from layerscope.layers.probe import AnyProbe, ContentView, PartProbe, Probe, ProbeSet, read_fact
from layerscope.tar.inputs import SeekInput
from layerscope.tar.plain import read_plain
from layerscope.tar.walk import skip_contents, walk
from layerscope.units import safe_text

# Decoding in columns pays for this many records at least; where they are fewer, the walk goes on for a while.
_WORTHWHILE_RECORDS = 64
# A read of a content fetches what lies around it as well: tables lie close to what describes them, and to the end.
_NEAR_BYTES, _BEFORE_BYTES = 1 << 12, 1 << 8


class SeekingScanner:
    """Fills a builder from a layer that can be read at any offset."""

    def __init__(
        self, access: SeekAccess, probes: ProbeSet, advance: Callable[[int], None], allowance: Allowance
    ) -> None:
        self.builder = ScanBuilder()
        self._reader = access.reader
        self._source = SeekInput(access.headers if isinstance(access, StoreAccess) else access.reader)
        self._probes = probes
        self._advance = advance
        self._entries = LayerEntries(allowance)
        self._reported_bytes = 0
        self._contents_end = 0

    def scan(self) -> str | None:
        """Read all headers; returns the reason where the tar is damaged or there is too much of it."""
        try:
            while True:
                count = self._scan_plain()
                self._report()
                if count < _WORTHWHILE_RECORDS and not self._scan_some():
                    return None
        except (MalformedImage, LimitExceeded) as error:
            if self._source.position < self._contents_end:
                self.builder.drop_contents()
            return str(error)
        finally:
            self._report()

    def _scan_plain(self) -> int:
        records = read_plain(self._source)
        if records is None:
            return 0
        self._entries.take(len(records.names), records.end)
        first_row = len(self.builder)
        paths, kinds = self.builder.add_plain(records)
        are_files = np.frombuffer(bytes(kinds), dtype=np.uint8) == Kind.FILE
        rows = np.flatnonzero(are_files & (records.sizes > 0))
        for row, probe in self._probes.wanting_each(paths, records.modes, rows):
            start, size = int(records.content_starts[row]), int(records.sizes[row])
            self._probe(probe, first_row + row, paths[row], start, size)
            self._entries.take(self.builder.take_further_entries(), records.end)
        self._source.position = records.end
        return len(paths)

    def _scan_some(self) -> bool:
        """Walk over some records; returns whether the tar goes on."""
        count = 0
        for record in islice(walk(self._source), _WORTHWHILE_RECORDS):
            count += 1
            path, kind = self.builder.add(record)
            self._contents_end = record.data_end
            self._entries.take(self.builder.take_further_entries(), self._source.position)
            if kind is Kind.FILE and record.size and (probe := self._probes.wanting(path, record.mode)):
                if record.sparse is not None:
                    warn_unread(self.builder, probe, path)
                else:
                    self._probe(probe, len(self.builder) - 1, path, record.data_offset, record.size)
        self._entries.take(count, self._source.position)
        if count == _WORTHWHILE_RECORDS:
            skip_contents(self._source, self._contents_end)
        return count == _WORTHWHILE_RECORDS

    def _probe(self, probe: AnyProbe, row: int, path: bytes, start: int, size: int) -> None:
        if isinstance(probe, PartProbe):
            # What is not all there is cut off, and the walk is about to notice.
            if start + size <= self._reader.size_bytes:
                self._probe_part(probe, row, path, start, size)
        elif size > probe.limit_bytes:
            warn_unread(self.builder, probe, path)
        elif len(content := self._reader.read_at(start, size)) == size:
            apply_probe(self.builder, probe, row, path, content)

    def _probe_part(self, probe: PartProbe, row: int, path: bytes, start: int, size: int) -> None:
        view = AtRestView(self._reader, start, size)
        if probe.magics:
            longest = max(map(len, probe.magics))
            if not view.read_at(0, longest).startswith(probe.magics):
                return
        apply_probe(self.builder, probe, row, path, view)

    def _report(self) -> None:
        self._advance(self._source.position - self._reported_bytes)
        self._reported_bytes = self._source.position


class AtRestView:
    """A content in a layer at rest, as a ContentView; what lies around the last read is at hand for the next one."""

    __slots__ = ("_near", "_near_start", "_reader", "_start", "size_bytes")

    def __init__(self, reader: RandomReader, start: int, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._reader = reader
        self._start = start
        self._near, self._near_start = b"", 0

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the content's end."""
        wanted = max(0, min(size_bytes, self.size_bytes - offset_bytes))
        at = offset_bytes - self._near_start
        if not 0 <= at <= len(self._near) - wanted:
            if wanted > _NEAR_BYTES - _BEFORE_BYTES:
                return self._reader.read_at(self._start + offset_bytes, wanted)
            self._near_start = max(0, min(offset_bytes - _BEFORE_BYTES, self.size_bytes - _NEAR_BYTES))
            near_bytes = min(_NEAR_BYTES, self.size_bytes - self._near_start)
            self._near = self._reader.read_at(self._start + self._near_start, near_bytes)
            at = offset_bytes - self._near_start
        return self._near[at : at + wanted]


def apply_probe(builder: ScanBuilder, probe: AnyProbe, row: int, path: bytes, content: bytes | ContentView) -> None:
    """Let a probe read a content or a view of it; what is wrong becomes a warning."""
    try:
        fact = read_fact(probe, row, path, content)
    except ValueError as error:
        builder.warn(f"{safe_text(path)} cannot be read as {probe.id}: {safe_text(str(error)[:200])}.")
        return
    if fact is not None:
        builder.add_fact(fact)


def warn_unread(builder: ScanBuilder, probe: AnyProbe, path: bytes) -> None:
    """Say that a file is of a form or a size that its probe does not read."""
    if isinstance(probe, Probe):
        builder.warn(f"{safe_text(path)} is sparse or over {probe.limit_bytes} bytes; it is not read as {probe.id}.")
