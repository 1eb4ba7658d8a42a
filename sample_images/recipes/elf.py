"""Small but well-formed ELF64 files: a dynamic section, a build ID, and filler for code."""

import hashlib
import struct
from dataclasses import dataclass

from sample_images.recipes.filler import filler

HEADER, PROGRAM_HEADER, SECTION_HEADER = 64, 56, 64
PT_LOAD, PT_DYNAMIC, PT_NOTE = 1, 2, 4
SHT_PROGBITS, SHT_STRTAB, SHT_DYNAMIC, SHT_NOTE = 1, 3, 6, 7
DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME, DT_RPATH, DT_RUNPATH = 0, 1, 5, 10, 14, 15, 29


@dataclass(frozen=True, slots=True)
class Elf:
    """What a loader and a reader of build IDs would see of one file. `seed` decides build ID and code."""

    seed: str
    size: int
    soname: str | None = None
    needed: tuple[str, ...] = ("libc.so.6",)
    runpath: str | None = None
    rpath: str | None = None


class _Strings:
    """A string table under construction."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")

    def add(self, text: str) -> int:
        """Append one string; returns its offset."""
        offset = len(self.data)
        self.data += text.encode() + b"\0"
        return offset


def elf_bytes(elf: Elf) -> bytes:
    """The file: `elf.size` bytes, or as few as its tables need."""
    strings = _Strings()
    tags = [(DT_NEEDED, strings.add(name)) for name in elf.needed]
    for tag, text in ((DT_SONAME, elf.soname), (DT_RPATH, elf.rpath), (DT_RUNPATH, elf.runpath)):
        if text is not None:
            tags.append((tag, strings.add(text)))
    build_id = hashlib.sha1(elf.seed.encode(), usedforsecurity=False).digest()
    note = struct.pack("<III4s", 4, len(build_id), 3, b"GNU\0") + build_id
    note_at = HEADER + 3 * PROGRAM_HEADER
    strings_at = note_at + len(note)
    dynamic_at = _aligned(strings_at + len(strings.data))
    tags += [(DT_STRTAB, strings_at), (DT_STRSZ, len(strings.data)), (DT_NULL, 0)]
    dynamic = b"".join(struct.pack("<QQ", tag, value) for tag, value in tags)
    text_at = dynamic_at + len(dynamic)

    names = _Strings()
    sections = [
        _section(names.add(".note.gnu.build-id"), SHT_NOTE, note_at, len(note), alignment=4),
        _section(names.add(".dynstr"), SHT_STRTAB, strings_at, len(strings.data)),
        _section(names.add(".dynamic"), SHT_DYNAMIC, dynamic_at, len(dynamic), link=2, alignment=8, entry_size=16),
    ]
    text_name, names_name = names.add(".text"), names.add(".shstrtab")
    tables = _aligned(len(names.data)) + (len(sections) + 3) * SECTION_HEADER
    code = filler(elf.seed, max(0, (elf.size - text_at - tables) // 8 * 8))
    sections.append(_section(text_name, SHT_PROGBITS, text_at, len(code), alignment=8))
    names_at = text_at + len(code)
    sections.append(_section(names_name, SHT_STRTAB, names_at, len(names.data), loaded=False))
    headers_at = names_at + _aligned(len(names.data))

    programs = ((PT_LOAD, 0, headers_at), (PT_DYNAMIC, dynamic_at, len(dynamic)), (PT_NOTE, note_at, len(note)))
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, HEADER, headers_at, 0, HEADER, PROGRAM_HEADER, 3,
                        SECTION_HEADER, len(sections) + 1, len(sections))  # fmt: skip
    head += b"".join(struct.pack("<IIQQQQQQ", kind, 5, at, at, at, size, size, 8) for kind, at, size in programs)
    body = (head + note + bytes(strings.data)).ljust(dynamic_at, b"\0") + dynamic + code
    body += bytes(names.data).ljust(_aligned(len(names.data)), b"\0") + bytes(SECTION_HEADER)
    return (body + b"".join(sections)).ljust(elf.size, b"\0")


def _aligned(offset: int) -> int:
    return (offset + 7) // 8 * 8


def _section(
    name: int,
    kind: int,
    at: int,
    size: int,
    *,
    link: int = 0,
    alignment: int = 1,
    entry_size: int = 0,
    loaded: bool = True,
) -> bytes:
    flags, address = (2, at) if loaded else (0, 0)
    return struct.pack("<IIQQQQIIQQ", name, kind, flags, address, at, size, link, 0, alignment, entry_size)
