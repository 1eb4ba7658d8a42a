"""Scanning a tar at rest: plain headers in batches, others one by one, contents only where a probe wants them."""

from collections.abc import Callable
from itertools import islice

from layerscope.blob.access import SeekAccess
from layerscope.errors import MalformedImage
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.entry import Kind
from layerscope.layers.probe import Probe, ProbeSet, read_fact
from layerscope.tar.inputs import SeekInput
from layerscope.tar.plain import read_plain
from layerscope.tar.walk import skip_contents, walk
from layerscope.units import safe_text

# Decoding in columns pays for this many records at least; where they are fewer, the walk goes on for a while.
_WORTHWHILE_RECORDS = 64


class SeekingScanner:
    """Fills a builder from a layer that can be read at any offset."""

    def __init__(self, access: SeekAccess, probes: ProbeSet, advance: Callable[[int], None]) -> None:
        self.builder = ScanBuilder()
        self._reader = access.reader
        self._source = SeekInput(access.reader)
        self._probes = probes
        self._advance = advance
        self._reported_bytes = 0
        self._contents_end = 0

    def scan(self) -> str | None:
        """Read all headers; returns the reason where the tar is damaged."""
        try:
            while True:
                count = self._scan_plain()
                self._report()
                if count < _WORTHWHILE_RECORDS and not self._scan_some():
                    return None
        except MalformedImage as error:
            if self._source.position < self._contents_end:
                self.builder.drop_contents()
            return str(error)
        finally:
            self._report()

    def _scan_plain(self) -> int:
        records = read_plain(self._source)
        if records is None:
            return 0
        first_row = len(self.builder)
        paths, kinds = self.builder.add_plain(records)
        sizes, starts = records.sizes.tolist(), records.content_starts.tolist()
        for position, path in enumerate(paths):
            if kinds[position] is Kind.FILE and sizes[position] and (probe := self._probes.wanting(path)):
                self._probe(probe, first_row + position, path, starts[position], sizes[position])
        self._source.position = records.end
        return len(paths)

    def _scan_some(self) -> bool:
        """Walk over some records; returns whether the tar goes on."""
        count = 0
        for record in islice(walk(self._source), _WORTHWHILE_RECORDS):
            count += 1
            path, kind = self.builder.add(record)
            self._contents_end = record.data_end
            if kind is Kind.FILE and record.size and (probe := self._probes.wanting(path)):
                size = record.size if record.sparse is None else probe.limit_bytes + 1
                self._probe(probe, len(self.builder) - 1, path, record.data_offset, size)
        if count == _WORTHWHILE_RECORDS:
            skip_contents(self._source, self._contents_end)
        return count == _WORTHWHILE_RECORDS

    def _probe(self, probe: Probe, row: int, path: bytes, start: int, size: int) -> None:
        content = self._reader.read_at(start, size) if size <= probe.limit_bytes else None
        # What is not all there is cut off, and the walk is about to notice.
        if content is None or len(content) == size:
            apply_probe(self.builder, probe, row, path, content)

    def _report(self) -> None:
        self._advance(self._source.position - self._reported_bytes)
        self._reported_bytes = self._source.position


def apply_probe(builder: ScanBuilder, probe: Probe, row: int, path: bytes, content: bytes | None) -> None:
    """Let a probe read a content, None for one that is too long or sparse; what is wrong becomes a warning."""
    if content is None:
        builder.warn(f"{safe_text(path)} is sparse or over {probe.limit_bytes} bytes; it is not read as {probe.id}.")
        return
    try:
        builder.facts.append(read_fact(probe, row, path, content))
    except ValueError as error:
        builder.warn(f"{safe_text(path)} cannot be read as {probe.id}: {safe_text(str(error)[:200])}.")
