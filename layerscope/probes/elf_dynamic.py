"""What the dynamic linker reads of an ELF file: names, search paths, and the build ID beside them.

System V ABI, "Dynamic Section" and "Note Section"; DT_RUNPATH and NT_GNU_BUILD_ID as in glibc's `elf.h`.
"""

from msgspec import Struct

from layerscope.layers.probe import NotKept
from layerscope.probes.elf_header import DYNAMIC, INTERPRETER, LOAD, NOTE, ElfHeader, Segment, WholeReads

_END, _NEEDED, _STRING_TABLE, _STRINGS_SIZE, _SONAME, _RPATH, _RUNPATH = 0, 1, 5, 10, 14, 15, 29
_BUILD_ID = 3
_TABLE_LIMIT_BYTES = 1 << 20
_NEEDED_LIMIT = 4_096
_STRINGS_LIMIT_BYTES = 1 << 20
_NOTES_LIMIT, _NOTE_LIMIT_BYTES = 16, 64 << 10
_BUILD_ID_LIMIT_BYTES = 64
_INTERPRETER_LIMIT_BYTES = 4_096
# A string is read in pieces of these lengths until one has its end: names are short, search paths may be long.
_PIECES_BYTES = (256, 4_096, 64 << 10)


class DynamicTable(Struct, frozen=True):
    """The entries of a dynamic section; of strings, the offsets in their table."""

    address: int | None = None
    size_bytes: int = 0
    needed: tuple[int, ...] = ()
    soname: int | None = None
    rpath: int | None = None
    runpath: int | None = None


def read_dynamic(header: ElfHeader, reads: WholeReads, segments: list[Segment]) -> DynamicTable:
    """Decode the dynamic section, an empty one where there is none; raises ValueError."""
    for segment in segments:
        if segment.kind == DYNAMIC:
            return _decode(header, reads, segment)
    return DynamicTable()


def _decode(header: ElfHeader, reads: WholeReads, segment: Segment) -> DynamicTable:
    layout = header.layout.dynamic
    if segment.size_bytes > _TABLE_LIMIT_BYTES:
        raise ValueError(f"its dynamic section is {segment.size_bytes} bytes long")
    content = reads.read(segment.offset_bytes, segment.size_bytes // layout.size * layout.size)
    needed: list[int] = []
    last: dict[int, int] = {}
    for tag, value in layout.iter_unpack(content):
        if tag == _NEEDED:
            needed.append(value)
        elif tag == _END:
            break
        else:
            # Of entries that are there twice, the dynamic linker takes the last.
            last[tag] = value
    if len(needed) > _NEEDED_LIMIT:
        raise ValueError(f"it needs {len(needed)} libraries")
    strings = last.get(_SONAME), last.get(_RPATH), last.get(_RUNPATH)
    return DynamicTable(last.get(_STRING_TABLE), last.get(_STRINGS_SIZE, 0), tuple(needed), *strings)


class DynamicStrings:
    """The string table that a dynamic section names, read string by string."""

    __slots__ = ("_end_bytes", "_left_bytes", "_reads", "_start_bytes")

    def __init__(self, reads: WholeReads, table: DynamicTable, segments: list[Segment]) -> None:
        self._reads = reads
        self._start_bytes = _offset_of(table.address, segments)
        self._end_bytes = self._start_bytes + table.size_bytes
        # Many may name one and the same string; all together stay shorter than the file.
        self._left_bytes = min(reads.size_bytes, _STRINGS_LIMIT_BYTES)
        if self._end_bytes > reads.size_bytes:
            raise ValueError("its string table reaches past its end")

    def at(self, offset_bytes: int) -> str:
        """The string at an offset; raises ValueError, and NotKept as the view does."""
        start_bytes = self._start_bytes + offset_bytes
        longest_bytes = min(self._end_bytes - start_bytes, self._left_bytes)
        for piece_bytes in _PIECES_BYTES:
            text, end, _ = self._piece(start_bytes, min(piece_bytes, longest_bytes))
            if end:
                self._left_bytes -= len(text) + 1
                return text.decode("utf-8", "surrogateescape")
            if piece_bytes >= longest_bytes:
                break
        raise ValueError("a name in its dynamic section has no end")

    def _piece(self, start_bytes: int, size_bytes: int) -> tuple[bytes, bytes, bytes]:
        return self._reads.read(start_bytes, max(size_bytes, 0)).partition(b"\0")


def _offset_of(address: int | None, segments: list[Segment]) -> int:
    if address is None:
        raise ValueError("its dynamic section has no string table")
    for segment in segments:
        if segment.kind == LOAD and 0 <= address - segment.address < segment.size_bytes:
            return address - segment.address + segment.offset_bytes
    raise ValueError("its string table is in no segment")


def read_interpreter(reads: WholeReads, segments: list[Segment]) -> str | None:
    """The dynamic linker that a program asks for; raises ValueError."""
    for segment in segments:
        if segment.kind == INTERPRETER:
            if segment.size_bytes > _INTERPRETER_LIMIT_BYTES:
                raise ValueError(f"its interpreter's name is {segment.size_bytes} bytes long")
            name = reads.read(segment.offset_bytes, segment.size_bytes).partition(b"\0")[0]
            return name.decode("utf-8", "surrogateescape") or None
    return None


def read_build_id(header: ElfHeader, reads: WholeReads, segments: list[Segment]) -> str | None:
    """The build ID in hex, of the first note that has one; raises ValueError."""
    unread: NotKept | None = None
    notes = [segment for segment in segments if segment.kind == NOTE]
    for segment in notes[:_NOTES_LIMIT]:
        try:
            content = reads.read(segment.offset_bytes, min(segment.size_bytes, _NOTE_LIMIT_BYTES))
        except NotKept as error:
            unread = error
            continue
        build_id = _find_build_id(header, content, 8 if segment.align_bytes == 8 else 4)
        if build_id:
            return build_id
    if unread:
        raise unread
    return None


def _find_build_id(header: ElfHeader, content: bytes, align_bytes: int) -> str | None:
    note, start_bytes = header.layout.note, 0
    while start_bytes + note.size <= len(content):
        name_bytes, size_bytes, kind = note.unpack_from(content, start_bytes)
        name_at = start_bytes + note.size
        value_at = start_bytes + _padded(note.size + name_bytes, align_bytes)
        if kind == _BUILD_ID and content[name_at : name_at + name_bytes] == b"GNU\0":
            value = content[value_at : value_at + size_bytes]
            if len(value) != size_bytes or size_bytes > _BUILD_ID_LIMIT_BYTES:
                raise ValueError(f"its build ID is {size_bytes} bytes long")
            return value.hex()
        start_bytes = value_at + _padded(size_bytes, align_bytes)
    return None


def _padded(size_bytes: int, align_bytes: int) -> int:
    return -(-size_bytes // align_bytes) * align_bytes
