"""ELF files: names, search paths, build ID, and how many bytes are for debuggers, for linkers and for GPUs.

A few short reads of each file, whatever its size; of one that passes by in a stream, what was kept of it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from layerscope.layers.probe import ContentView, NotKept, PartProbe, Ranges
from layerscope.probes.elf_dynamic import (
    DynamicStrings,
    DynamicTable,
    read_build_id,
    read_dynamic,
    read_interpreter,
)
from layerscope.probes.elf_header import (
    HEADER_BYTES,
    LOAD,
    MAGIC,
    ElfHeader,
    Segment,
    WholeReads,
    read_segments,
)
from layerscope.probes.elf_sections import DeviceSection, SectionSums, read_section_sums

ELF = "elf"
_T = TypeVar("_T")
_HEAD_BYTES, _TAIL_BYTES = 8 << 20, 4 << 20
_MORE_LIMIT, _MORE_LIMIT_BYTES = 64, 16 << 20
# The names of sections lie right before the table of sections, and their length is known only from it.
_BEFORE_SECTIONS_BYTES = 64 << 10


class ElfFacts(Struct, frozen=True):
    """What is known of an ELF file, of `type` exec, dyn (a library, or a program), rel (for the linker) or core.

    `rpath` and `runpath` are raw. `debug_bytes` and `symbol_bytes` are what `strip` removes; of a `rel` file the linker
    needs the latter. With `is_partial` some of the file had passed by unseen, and what lay there is None or empty.
    """

    soname: str | None
    needed: tuple[str, ...]
    rpath: str | None
    runpath: str | None
    build_id: str | None
    machine: str
    is_64bit: bool
    type: str
    interpreter: str | None
    debug_bytes: int | None
    symbol_bytes: int | None
    device_sections: tuple[DeviceSection, ...]
    is_partial: bool = False


class _KeptParts:
    """Reads the parts of a file, and remembers whether one of them was not kept."""

    __slots__ = ("is_partial",)

    def __init__(self) -> None:
        self.is_partial = False

    def read(self, otherwise: _T, read: Callable[..., _T], *arguments: Any) -> _T:
        """What `read` gives, or `otherwise`."""
        try:
            return read(*arguments)
        except NotKept:
            self.is_partial = True
            return otherwise


def read_elf(_path: bytes, view: ContentView) -> ElfFacts | None:
    """Read an ELF file, None for another kind; raises ValueError."""
    reads = WholeReads(view)
    head = reads.read(0, min(HEADER_BYTES, reads.size_bytes))
    if not head.startswith(MAGIC):
        return None
    header, parts = ElfHeader.parse(head), _KeptParts()
    none: list[Segment] = []
    segments = parts.read(none, read_segments, header, reads)
    sums = parts.read(SectionSums(), read_section_sums, header, reads)
    # In a debug file the segments are those of the file it was taken from, and lead to other bytes.
    present = none if sums.is_debug_file else segments
    table = parts.read(DynamicTable(), read_dynamic, header, reads, present)
    soname, rpath, runpath, needed = _read_names(reads, table, segments, parts)
    return ElfFacts(
        soname,
        needed,
        rpath,
        runpath,
        parts.read(None, read_build_id, header, reads, segments),
        header.machine,
        header.layout.is_64bit,
        header.type,
        parts.read(None, read_interpreter, reads, present),
        sums.debug_bytes,
        sums.symbol_bytes,
        sums.device_sections,
        parts.is_partial,
    )


_Names = tuple[str | None, str | None, str | None, tuple[str, ...]]


def _read_names(reads: WholeReads, table: DynamicTable, segments: list[Segment], parts: _KeptParts) -> _Names:
    offsets = (table.soname, table.rpath, table.runpath)
    if not table.needed and offsets == (None, None, None):
        return None, None, None, ()
    strings = DynamicStrings(reads, table, segments)
    soname, rpath, runpath = (None if at is None else parts.read(None, strings.at, at) for at in offsets)
    return soname, rpath, runpath, parts.read((), lambda: tuple(map(strings.at, table.needed)))


class _Head(Struct, frozen=True):
    """The beginning of a content as if it were all of it."""

    content: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        return self.content[offset_bytes : offset_bytes + size_bytes]


def keep_ranges(head: bytes) -> Ranges:
    """Which ranges behind the head to keep: the table of sections, and segments that may have names, in this order.

    Segments that are loaded come last, short ones first: patchelf appends one that has the names it changed.
    """
    reads = WholeReads(_Head(head))
    try:
        header = ElfHeader.parse(head[:HEADER_BYTES])
        segments = read_segments(header, reads)
    except ValueError:
        return ()
    start_bytes = max(header.sections_offset_bytes - _BEFORE_SECTIONS_BYTES, 0)
    end_bytes = header.sections_offset_bytes + header.sections * header.layout.section.size
    segments.sort(key=lambda segment: (segment.kind == LOAD, segment.size_bytes))
    wanted = [(start_bytes, end_bytes - start_bytes)]
    wanted += [(segment.offset_bytes, segment.size_bytes) for segment in segments]
    return _within_limits(wanted, len(head))


def _within_limits(wanted: Ranges, head_bytes: int) -> Ranges:
    ranges: list[tuple[int, int]] = []
    left_bytes = _MORE_LIMIT_BYTES
    for offset_bytes, size_bytes in wanted:
        is_useful = size_bytes and offset_bytes + size_bytes > head_bytes
        if is_useful and size_bytes <= left_bytes:
            ranges.append((offset_bytes, size_bytes))
            left_bytes -= size_bytes
    return ranges[:_MORE_LIMIT]


PROBES = (
    PartProbe(
        ELF,
        ("**/*.so", "**/*.so.*"),
        read_elf,
        head_bytes=_HEAD_BYTES,
        tail_bytes=_TAIL_BYTES,
        magics=(MAGIC,),
        executables=True,
        more=keep_ranges,
    ),
)
