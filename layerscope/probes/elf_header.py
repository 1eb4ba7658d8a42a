"""An ELF file's header and its two tables, segments and sections, of either class and byte order.

System V ABI, "ELF Header", "Section Header", "Program Header"; `elf(5)`.
"""

import struct
from typing import NamedTuple

from msgspec import Struct

from layerscope.layers.probe import ContentView

MAGIC = b"\x7fELF"
HEADER_BYTES = 64
LOAD, DYNAMIC, INTERPRETER, NOTE = 1, 2, 3, 4
_KINDS = frozenset((LOAD, DYNAMIC, INTERPRETER, NOTE))
# Most of what is asked for lies in here: both ends of a small file, and of others the segments and their notes.
_HEAD_BYTES = 4_096
_SEGMENTS_LIMIT = 4_096
_SECTIONS_LIMIT = 65_536
_TYPES = {1: "rel", 2: "exec", 3: "dyn", 4: "core"}
# e_machine of the ABI's registry, called as the compilers do.
_MACHINES = {
    2: "sparc",
    3: "i386",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390",
    40: "arm",
    43: "sparcv9",
    50: "ia_64",
    62: "x86_64",
    183: "aarch64",
    190: "cuda",
    224: "amdgpu",
    243: "riscv",
    247: "bpf",
    258: "loongarch",
}

RawSection = tuple[int, int, int, int, int, int]
"""Name (an offset), type, flags, offset, size (both in bytes) and link of a section; a tuple, for there may be many."""


class WholeReads:
    """A view in which a read is whole or an error, and whose first bytes are at hand."""

    __slots__ = ("_head", "_view", "size_bytes")

    def __init__(self, view: ContentView) -> None:
        self._view = view
        self.size_bytes = view.size_bytes
        self._head = view.read_at(0, min(_HEAD_BYTES, self.size_bytes))

    def read(self, offset_bytes: int, size_bytes: int) -> bytes:
        """All bytes of a range; raises ValueError where it leaves the file, and NotKept as the view does."""
        end_bytes = offset_bytes + size_bytes
        if end_bytes > self.size_bytes:
            raise ValueError("it is cut off, or points past its end")
        if end_bytes <= len(self._head):
            return self._head[offset_bytes:end_bytes]
        content = self._view.read_at(offset_bytes, size_bytes)
        if len(content) != size_bytes:
            raise ValueError("it ends before its stated size")
        return content


class Layout(NamedTuple):
    """How tables of one class and byte order are laid out; each struct skips what nobody asks for."""

    is_64bit: bool
    header: struct.Struct
    segment: struct.Struct
    section: struct.Struct
    dynamic: struct.Struct
    note: struct.Struct


def _layout(is_64bit: bool, order: str) -> Layout:
    formats = (
        ("16xHH12xQQ6xHHHHH", "I4xQQ8xQ8xQ", "IIQ8xQQI20x", "qQ", "III")
        if is_64bit
        else ("16xHH8xII6xHHHHH", "III4xI8xI", "III4xIII12x", "iI", "III")
    )
    return Layout(is_64bit, *(struct.Struct(order + text) for text in formats))


# By e_ident[EI_CLASS] and e_ident[EI_DATA].
_LAYOUTS = {bytes((width, order)): _layout(width == 2, "<>"[order - 1]) for width in (1, 2) for order in (1, 2)}


class Segment(NamedTuple):
    """A program header: where a segment lies in the file, and at which address in memory."""

    kind: int
    offset_bytes: int
    address: int
    size_bytes: int
    align_bytes: int


class ElfHeader(Struct, frozen=True):
    """What kind of file it is, and where its tables are."""

    layout: Layout
    type: str
    machine: str
    segments_offset_bytes: int
    segments: int
    sections_offset_bytes: int
    sections: int
    names_section: int

    @classmethod
    def parse(cls, head: bytes) -> "ElfHeader":
        """Decode the first bytes of a file; raises ValueError."""
        layout = _LAYOUTS.get(head[4:6])
        if head[:4] != MAGIC or layout is None or len(head) < layout.header.size:
            raise ValueError("it has no whole ELF header")
        kind, machine, segments_at, sections_at, *counts = layout.header.unpack_from(head)
        segment_bytes, segments, section_bytes, sections, names = counts
        if segments and segment_bytes != layout.segment.size:
            raise ValueError(f"its program headers are of {segment_bytes} bytes")
        if sections_at and section_bytes != layout.section.size:
            raise ValueError(f"its section headers are of {section_bytes} bytes")
        if segments > _SEGMENTS_LIMIT:
            raise ValueError(f"it has {segments} program headers")
        type_name = _TYPES.get(kind, str(kind))
        machine_name = _MACHINES.get(machine, str(machine))
        return cls(layout, type_name, machine_name, segments_at, segments, sections_at, sections, names)


def read_segments(header: ElfHeader, reads: WholeReads) -> list[Segment]:
    """The segments of the kinds that matter here; raises ValueError."""
    layout = header.layout.segment
    table = reads.read(header.segments_offset_bytes, header.segments * layout.size)
    return [Segment._make(fields) for fields in layout.iter_unpack(table) if fields[0] in _KINDS]


def read_sections(header: ElfHeader, reads: WholeReads) -> tuple[list[RawSection], int]:
    """All section headers and the number of the one that has their names; raises ValueError.

    Counts that do not fit into the header are in the first section header (System V ABI, "Extended section header").
    """
    layout, offset_bytes = header.layout.section, header.sections_offset_bytes
    sections, names = header.sections, header.names_section
    if not offset_bytes:
        return [], 0
    if not sections or names == 0xFFFF:
        first: RawSection = layout.unpack(reads.read(offset_bytes, layout.size))
        sections = sections or first[4]
        names = first[5] if names == 0xFFFF else names
    if sections > _SECTIONS_LIMIT:
        raise ValueError(f"it has {sections} section headers")
    return list(layout.iter_unpack(reads.read(offset_bytes, sections * layout.size))), names
