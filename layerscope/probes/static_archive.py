"""Static libraries: how many members an `ar` archive has, and which machine they are for (`ar(5)`, the GNU variant)."""

from msgspec import Struct

from layerscope.layers.probe import ContentView, NotKept, PartProbe
from layerscope.probes.elf_header import HEADER_BYTES, MAGIC, ElfHeader, WholeReads

STATIC_ARCHIVE = "static-archive"
_MAGIC = b"!<arch>\n"
_MEMBER_BYTES = 60
_MEMBER_END = b"`\n"
_MEMBERS_LIMIT = 65_536
# The linker's table of symbols, of both widths, and the table of long names.
_TABLES = frozenset((b"/", b"/SYM64/", b"//"))


class StaticArchive(Struct, frozen=True):
    """How many object files a static library has, and the machine of the first that is ELF.

    `members` is None where some had passed by unseen, or are too many to be counted.
    """

    members: int | None
    machine: str | None


def read_static_archive(_path: bytes, view: ContentView) -> StaticArchive | None:
    """Walk over a static library's members, None for another kind of file; raises ValueError."""
    reads = WholeReads(view)
    if not reads.size_bytes >= len(_MAGIC) or reads.read(0, len(_MAGIC)) != _MAGIC:
        return None
    members, machine = 0, None
    offset_bytes, steps = len(_MAGIC), 0
    while offset_bytes < reads.size_bytes:
        steps += 1
        if steps > _MEMBERS_LIMIT:
            return StaticArchive(None, machine)
        try:
            name, size_bytes = _read_member(reads, offset_bytes)
            if name not in _TABLES:
                members += 1
                machine = machine or _read_machine(reads, offset_bytes + _MEMBER_BYTES, size_bytes)
        except NotKept:
            return StaticArchive(None, machine)
        # Members begin at even offsets.
        offset_bytes += _MEMBER_BYTES + size_bytes + size_bytes % 2
    return StaticArchive(members, machine)


def _read_member(reads: WholeReads, offset_bytes: int) -> tuple[bytes, int]:
    header = reads.read(offset_bytes, _MEMBER_BYTES)
    size = header[48:58].rstrip(b" ")
    if header[58:] != _MEMBER_END or not size.isdigit():
        raise ValueError("a member has no valid header")
    size_bytes = int(size)
    if offset_bytes + _MEMBER_BYTES + size_bytes > reads.size_bytes:
        raise ValueError("its last member is cut off")
    return header[:16].rstrip(b" "), size_bytes


def _read_machine(reads: WholeReads, offset_bytes: int, size_bytes: int) -> str | None:
    head = reads.read(offset_bytes, min(HEADER_BYTES, size_bytes))
    return ElfHeader.parse(head).machine if head.startswith(MAGIC) else None


PROBES = (PartProbe(STATIC_ARCHIVE, ("**/*.a",), read_static_archive, head_bytes=8 << 20, magics=(_MAGIC,)),)
