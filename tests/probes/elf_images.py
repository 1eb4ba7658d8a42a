"""Builds ELF files byte by byte, so that every field can be wrong; shares no code with the reader."""

import struct
from dataclasses import dataclass, field

from layerscope.layers.probe import NotKept, PartProbe

BASE = 0x40_0000
LOAD, DYNAMIC, INTERP, NOTE = 1, 2, 3, 4
PROGBITS, SYMTAB, STRTAB, NOBITS, ALLOC = 1, 2, 3, 8, 2
NEEDED, STRTAB_ADDRESS, STRSZ, SONAME, RPATH, RUNPATH = 1, 5, 10, 14, 15, 29
BUILD_ID = bytes(range(0xA0, 0xB4))


@dataclass(frozen=True)
class Section:
    """A section to be written; `size_bytes` is what its header says, the contents' length if None."""

    name: bytes
    content: bytes = b""
    kind: int = PROGBITS
    flags: int = 0
    size_bytes: int | None = None
    offset_bytes: int | None = None


@dataclass
class Elf:
    """An ELF file to be; gaps stand before the dynamic section and before the sections."""

    is_64bit: bool = True
    order: str = "<"
    kind: int = 3
    machine: int = 62
    interpreter: bytes | None = None
    build_id: bytes | None = None
    note_align_bytes: int = 4
    dynamic: list[tuple[int, bytes | int]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    gap_bytes: int = 0
    has_names_segment: bool = False
    header: dict[str, int] = field(default_factory=dict)

    def build(self) -> bytes:
        """All bytes of the file; `header` replaces fields of the header."""
        wide = self.is_64bit
        header_bytes, segment_bytes, section_bytes = (64, 56, 64) if wide else (52, 32, 40)
        count = 1 + sum(map(bool, (self.interpreter, self.build_id, self.dynamic, self.has_names_segment)))
        body = bytearray(header_bytes + count * segment_bytes)
        segments = []
        if self.interpreter:
            segments.append((INTERP, *_append(body, self.interpreter + b"\0"), 1))
        if self.build_id:
            segments.append((NOTE, *_append(body, self._notes(self.build_id)), self.note_align_bytes))
        body += bytes(self.gap_bytes)
        if self.dynamic:
            names, entries = self._dynamic_entries(len(body))
            names_segment = (LOAD, *_append(body, names), 1)
            if self.has_names_segment:
                segments.append(names_segment)
            segments.append((DYNAMIC, *_append(body, entries), 8))
        body += bytes(self.gap_bytes)
        table, names_section = self._sections(body)
        at = len(body)
        body += table
        segments.insert(0, (LOAD, 0, len(body), 4096))
        body[header_bytes : header_bytes + count * segment_bytes] = b"".join(map(self._segment, segments))
        fields = {
            "type": self.kind,
            "machine": self.machine,
            "version": 1,
            "entry": 0,
            "segments_at": header_bytes,
            "sections_at": at if self.sections else 0,
            "flags": 0,
            "header_bytes": header_bytes,
            "segment_bytes": segment_bytes,
            "segments": count,
            "section_bytes": section_bytes,
            "sections": len(table) // section_bytes,
            "names": names_section,
        } | self.header
        ident = b"\x7fELF" + bytes((1 + wide, 1 + (self.order == ">"), 1)) + bytes(9)
        body[:header_bytes] = ident + struct.pack(
            self.order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"), *fields.values()
        )
        return bytes(body)

    def _notes(self, build_id: bytes) -> bytes:
        notes = b""
        for name, kind, value in ((b"Linux\0", 3, b"odd"), (b"GNU\0", 3, build_id)):
            note = struct.pack(self.order + "III", len(name), len(value), kind) + name
            note += bytes(-len(note) % self.note_align_bytes) + value
            notes += note + bytes(-len(note) % self.note_align_bytes)
        return notes

    def _dynamic_entries(self, names_at: int) -> tuple[bytes, bytes]:
        names, entries = bytearray(b"\0"), []
        for tag, value in self.dynamic:
            entries.append((tag, value if isinstance(value, int) else len(names)))
            names += b"" if isinstance(value, int) else value + b"\0"
        given = {tag for tag, _ in entries}
        defaults = [(STRTAB_ADDRESS, BASE + names_at), (STRSZ, len(names)), (0, 0), (NEEDED, 0xDEAD)]
        entries += [entry for entry in defaults if entry[0] not in given or entry == (NEEDED, 0xDEAD)]
        form = self.order + ("qQ" if self.is_64bit else "iI")
        return bytes(names), b"".join(struct.pack(form, *entry) for entry in entries)

    def _segment(self, segment: tuple[int, int, int, int]) -> bytes:
        kind, at, size, align = segment
        address = BASE + at
        if self.is_64bit:
            return struct.pack(self.order + "IIQQQQQQ", kind, 4, at, address, address, size, size, align)
        return struct.pack(self.order + "IIIIIIII", kind, at, address, address, size, size, 4, align)

    def _sections(self, body: bytearray) -> tuple[bytes, int]:
        if not self.sections:
            return b"", 0
        names = bytearray(b"\0")
        headers = [(0,) * 10]
        for section in (*self.sections, Section(b".shstrtab", kind=STRTAB)):
            name_at = len(names)
            names += section.name + b"\0"
            content = bytes(names) if section.name == b".shstrtab" else section.content
            at, size = _append(body, content)
            at = at if section.offset_bytes is None else section.offset_bytes
            size = size if section.size_bytes is None else section.size_bytes
            # Symbols have their names in the section behind them.
            link, entry_bytes = (len(headers) + 1, 24 if self.is_64bit else 16) if section.kind == SYMTAB else (0, 0)
            headers.append((name_at, section.kind, section.flags, 0, at, size, link, 0, 1, entry_bytes))
        form = self.order + ("IIQQQQIIQQ" if self.is_64bit else "IIIIIIIIII")
        return b"".join(struct.pack(form, *header) for header in headers), len(headers) - 1


def _append(body: bytearray, content: bytes) -> tuple[int, int]:
    start = len(body)
    body += content
    return start, len(content)


def library(**changes: object) -> Elf:
    """A library with everything that there is to read, some of it twice as large as it must be."""
    names: list[tuple[int, bytes | int]] = [
        (NEEDED, b"libc.so.6"),
        (SONAME, b"libf\xc3\xb6.so.1"),
        (NEEDED, b"libcudart.so.12"),
        (RPATH, b"/opt/lib:$ORIGIN/" + b"r" * 300),
        (RUNPATH, b"$ORIGIN/../../nvidia/cudnn/lib"),
    ]
    sections = [
        Section(b".text", b"\x90" * 64, flags=ALLOC),
        Section(b".bss", kind=NOBITS, flags=ALLOC, size_bytes=1 << 30),
        Section(b".debug_info", b"d" * 100),
        Section(b".zdebug_line", b"l" * 10),
        Section(b".gdb_index", b"g" * 1),
        Section(b".debug_gdb_scripts", b"s" * 1000, flags=ALLOC),
        Section(b".symtab", b"s" * 48, kind=SYMTAB),
        Section(b".strtab", b"\0names\0", kind=STRTAB),
        Section(b".nv_fatbin", b"f" * 32, flags=ALLOC),
        Section(b"__nv_relfatbin", b"r" * 16, flags=ALLOC),
        Section(b".nvFatBinSegment", b"w" * 70_000, flags=ALLOC),
        Section(b".ldata", b"x" * 65_537, flags=ALLOC),
        Section(b".cask_resource", b"x" * 65_536, flags=ALLOC),
        Section(b"__nv_new", b"x" * 65_537, flags=ALLOC),
        Section(b".nv_absent", kind=NOBITS, flags=ALLOC, size_bytes=70_000),
        Section(b".rodata", b"x" * 70_000, flags=ALLOC),
    ]
    interpreter = b"/lib64/ld-linux-x86-64.so.2"
    elf = Elf(interpreter=interpreter, build_id=BUILD_ID, dynamic=names, sections=sections)
    for name, value in changes.items():
        setattr(elf, name, value)
    return elf


class Whole:
    """A view of all of a content, which counts what is asked of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size_bytes = len(content)
        self.reads = 0
        self.read_bytes = 0

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """Some of it."""
        assert offset_bytes >= 0
        assert size_bytes >= 0
        self.reads += 1
        self.read_bytes += size_bytes
        return self.content[offset_bytes : offset_bytes + size_bytes]


class Kept(Whole):
    """A view of what a stream keeps for a probe; no read may span two ranges."""

    def __init__(self, content: bytes, probe: PartProbe) -> None:
        super().__init__(content)
        size_bytes, head_bytes = len(content), probe.head_bytes
        self.ranges = [(0, head_bytes), (size_bytes - probe.tail_bytes, probe.tail_bytes)]
        self.ranges += probe.more(content[:head_bytes])

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """Some of what was kept; raises NotKept."""
        wanted = min(offset_bytes + size_bytes, self.size_bytes)
        if not any(start <= offset_bytes and wanted <= start + length for start, length in self.ranges):
            raise NotKept(f"{size_bytes} bytes at {offset_bytes}")
        return super().read_at(offset_bytes, size_bytes)
