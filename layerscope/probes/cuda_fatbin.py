"""Device code in a library: what each GPU architecture takes, from headers alone.

`nvcc` puts fatbins back to back into `.nv_fatbin`, and those that can still be linked into `__nv_relfatbin`; these are
walked. Some libraries keep fatbins among other data, where nothing says how many there are: libcublasLt in
`.cask_resource`, libcufft in `.ldata`. Other sections are therefore searched.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct, field

from layerscope.layers.probe import ContentView
from layerscope.probes.cuda_fatbin_headers import FATBIN_HEADER_BYTES, FATBIN_MARK, HeaderReader, Label

_WALKED = frozenset({".nv_fatbin", "__nv_relfatbin"})
_SEARCH_WINDOW_BYTES = 4 << 20
_ALIGNMENT_BYTES = 8

Section = tuple[str, int, int]
"""Name, offset in the file and size of a section, in bytes."""


class DeviceCodeTotal(Struct, frozen=True):
    """All entries of one kind for one architecture: `sm_90a`, `sass`, `zstd`.

    Kinds are sass (machine code), ptx and lto-ir; compressions none, lz4 and zstd; each is `other` where the header has
    a value that is not known. Sizes are as stored, entry headers included.
    """

    architecture: str
    kind: str
    compression: str
    count: int
    size_bytes: int


class DeviceCodeSection(Struct, frozen=True):
    """Where the bytes of a section went: its fatbins' headers, their entries, padding between them, and the rest."""

    name: str
    size_bytes: int
    fatbin_count: int
    header_bytes: int
    entry_bytes: int
    padding_bytes: int

    @property
    def unattributed_bytes(self) -> int:
        """What lies in no valid fatbin: in a searched section other data, in a walked one what is broken."""
        return self.size_bytes - self.header_bytes - self.entry_bytes - self.padding_bytes


class DeviceCode(Struct, frozen=True):
    """The device code of one file, by architecture, kind and compression."""

    entries: tuple[DeviceCodeTotal, ...]
    sections: tuple[DeviceCodeSection, ...]

    @property
    def unattributed_bytes(self) -> int:
        """The bytes of all sections that lie in no valid fatbin."""
        return sum(section.unattributed_bytes for section in self.sections)


class _Tally(Struct):
    """What was found so far."""

    counts: Counter[Label] = field(default_factory=Counter)
    sizes_bytes: Counter[Label] = field(default_factory=Counter)
    fatbin_count: int = 0
    padding_bytes: int = 0

    def add(self, other: "_Tally") -> None:
        self.counts.update(other.counts)
        self.sizes_bytes.update(other.sizes_bytes)
        self.fatbin_count += other.fatbin_count
        self.padding_bytes += other.padding_bytes


def read_device_code(view: ContentView, sections: Sequence[Section]) -> DeviceCode:
    """Add up the fatbins in sections of a file.

    Raises ValueError for sections that reach beyond the file or share bytes, and NotKept.
    """
    _check_sections(sections, view.size_bytes)
    reader, total, found = HeaderReader(view), _Tally(), []
    for name, start, size_bytes in sections:
        find = _walk if name in _WALKED else _search
        tally = find(reader, start, start + size_bytes)
        total.add(tally)
        found.append(_section(name, size_bytes, tally))
    return DeviceCode(_totals(total), tuple(found))


def _check_sections(sections: Sequence[Section], file_bytes: int) -> None:
    ranges = sorted((start, start + size_bytes) for _, start, size_bytes in sections)
    if any(start < 0 or not start <= end <= file_bytes for start, end in ranges):
        raise ValueError("a section reaches beyond the file")
    # Sections that share bytes would make the work larger than the file.
    if any(second[0] < first[1] for first, second in pairwise(ranges)):
        raise ValueError("two sections share bytes")


def _section(name: str, size_bytes: int, tally: _Tally) -> DeviceCodeSection:
    header_bytes = tally.fatbin_count * FATBIN_HEADER_BYTES
    entry_bytes = tally.sizes_bytes.total()
    return DeviceCodeSection(name, size_bytes, tally.fatbin_count, header_bytes, entry_bytes, tally.padding_bytes)


def _totals(tally: _Tally) -> tuple[DeviceCodeTotal, ...]:
    return tuple(
        DeviceCodeTotal(
            f"sm_{label.chip}{label.suffix}", label.kind, label.compression, count, tally.sizes_bytes[label]
        )
        for label, count in sorted(tally.counts.items())
    )


def _walk(reader: HeaderReader, start: int, limit: int) -> _Tally:
    """Fatbins back to back, with zeros between them; ends where something else comes."""
    tally = _Tally()
    while True:
        fatbin_start = reader.skip_zeros(start, limit)
        tally.padding_bytes += fatbin_start - start
        end = reader.fatbin_end(fatbin_start, limit)
        if end is None:
            return tally
        fatbin, is_whole = _read_fatbin(reader, fatbin_start, end)
        tally.add(fatbin)
        if not is_whole:
            return tally
        start = end


def _search(reader: HeaderReader, start: int, limit: int) -> _Tally:
    """Fatbins anywhere; only such as are valid to their last byte."""
    tally, done = _Tally(), start
    for fatbin_start in _marks(reader.view, start, limit):
        if reader.is_spent:
            break
        end = reader.fatbin_end(fatbin_start, limit) if fatbin_start >= done else None
        if end is None:
            continue
        fatbin, is_whole = _read_fatbin(reader, fatbin_start, end)
        if is_whole:
            tally.add(fatbin)
            done = end
    return tally


def _marks(view: ContentView, start: int, limit: int) -> Iterator[int]:
    """The offsets of all that begins as a fatbin does.

    Boundaries are the file's and not the section's: libcufft's `.ldata` begins between two.
    """
    start += -start % _ALIGNMENT_BYTES
    for window_start in range(start, limit - FATBIN_HEADER_BYTES + 1, _SEARCH_WINDOW_BYTES):
        window = view.read_at(window_start, min(_SEARCH_WINDOW_BYTES, limit - window_start))
        words = np.frombuffer(window, dtype="<u8", count=len(window) // _ALIGNMENT_BYTES)
        for index in np.flatnonzero(words == FATBIN_MARK).tolist():
            yield window_start + index * _ALIGNMENT_BYTES


def _read_fatbin(reader: HeaderReader, start: int, end: int) -> tuple[_Tally, bool]:
    """The entries of a fatbin up to the first that is not valid, and whether that is all of it."""
    tally = _Tally(fatbin_count=1)
    position = start + FATBIN_HEADER_BYTES
    for label, size_bytes in reader.entries(position, end):
        tally.counts[label] += 1
        tally.sizes_bytes[label] += size_bytes
        position += size_bytes
    return tally, position == end
