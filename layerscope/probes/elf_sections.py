"""What an ELF file's sections weigh: debug information, symbols, and where CUDA device code may lie."""

from msgspec import Struct

from layerscope.probes.elf_header import ElfHeader, RawSection, WholeReads, read_sections

_PROGBITS, _NOBITS = 1, 8
_ALLOC = 0x2
_NAMES_LIMIT_BYTES = 16 << 20
# Names of functions may be part of a section's name and are of any length; all that are looked for are short.
_NAME_LIMIT_BYTES = 256
_DEVICE_SECTIONS_LIMIT = 4_096
_SMALL_SECTION_BYTES = 64 << 10
_DEBUG = (b".debug_", b".zdebug_", b".gdb_index")
_SYMBOLS = frozenset((b".symtab", b".strtab"))
_FATBINS = frozenset((b".nv_fatbin", b"__nv_relfatbin"))
# NVIDIA's libraries keep code in these too: cuFFT all of it in .ldata, cuBLASLt and cuDNN some in .cask_resource.
_RESOURCES = frozenset((b".cask_resource", b".ldata"))
_WRAPPERS = b".nvFatBinSegment"  # only pointers to fatbins


class DeviceSection(Struct, frozen=True):
    """A section that may hold CUDA device code, and where it lies in the file."""

    name: str
    offset_bytes: int
    size_bytes: int


class SectionSums(Struct, frozen=True):
    """Bytes for debuggers and for linkers, device code, and whether all else was taken out of the file."""

    debug_bytes: int | None = None
    symbol_bytes: int | None = None
    device_sections: tuple[DeviceSection, ...] = ()
    is_debug_file: bool = False


def read_section_sums(header: ElfHeader, reads: WholeReads) -> SectionSums:
    """Add up the sections of a file; raises ValueError."""
    sections, names_section = read_sections(header, reads)
    if not sections or not names_section:
        return SectionSums(0, 0)
    if names_section >= len(sections):
        raise ValueError("it has no section for the names of sections")
    *_, offset_bytes, size_bytes, _link = sections[names_section]
    if size_bytes > _NAMES_LIMIT_BYTES:
        raise ValueError(f"its section names are {size_bytes} bytes long")
    return _sum(sections, reads.read(offset_bytes, size_bytes), reads.size_bytes)


def _sum(sections: list[RawSection], names: bytes, file_bytes: int) -> SectionSums:
    debug_bytes = symbol_bytes = device_bytes = 0
    device: list[DeviceSection] = []
    is_debug_file = False
    for name_at, kind, flags, offset_bytes, size_bytes, _link in sections:
        name = names[name_at : name_at + _NAME_LIMIT_BYTES].partition(b"\0")[0]
        if kind == _NOBITS:
            # `objcopy --only-keep-debug` leaves the headers of all that it takes out.
            is_debug_file = is_debug_file or name == b".dynamic"
            continue
        if name.startswith(_DEBUG) and not flags & _ALLOC:
            debug_bytes += size_bytes
        elif name in _SYMBOLS and not flags & _ALLOC:
            symbol_bytes += size_bytes
        elif size_bytes and _may_hold_device_code(name, kind, flags, size_bytes):
            device_bytes += size_bytes
            device.append(DeviceSection(name.decode("utf-8", "surrogateescape"), offset_bytes, size_bytes))
        else:
            continue
        if offset_bytes + size_bytes > file_bytes:
            raise ValueError("a section reaches past its end")
    # Who reads the device code must not be sent over the same bytes again and again.
    if debug_bytes + symbol_bytes + device_bytes > file_bytes or len(device) > _DEVICE_SECTIONS_LIMIT:
        raise ValueError("its sections overlap, or are too many")
    return SectionSums(debug_bytes, symbol_bytes, tuple(device), is_debug_file)


def _may_hold_device_code(name: bytes, kind: int, flags: int, size_bytes: int) -> bool:
    if kind != _PROGBITS or not flags & _ALLOC:
        return False
    if name in _FATBINS:
        return True
    is_candidate = name in _RESOURCES or (name.startswith((b".nv", b"__nv")) and name != _WRAPPERS)
    return is_candidate and size_bytes > _SMALL_SECTION_BYTES
