"""Broken and crafted ELF files: ValueError and nothing else, and never much work."""

import struct
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from layerscope.layers.probe import NotKept
from layerscope.probes.elf import PROBES, ElfFacts, read_elf
from tests.probes.elf_images import (
    ALLOC,
    BASE,
    BUILD_ID,
    NEEDED,
    NOTE,
    RPATH,
    SONAME,
    STRSZ,
    STRTAB_ADDRESS,
    Elf,
    Kept,
    Section,
    Whole,
    library,
)

(PROBE,) = PROBES
FORMS = [(is_64bit, order) for is_64bit in (True, False) for order in "<>"]
SMALL = [
    Section(b".debug_info", b"d" * 8),
    Section(b".symtab", b"s" * 8),
    Section(b".nv_fatbin", b"f" * 8, flags=ALLOC),
]
IMAGES = [library(is_64bit=is_64bit, order=order, sections=SMALL).build() for is_64bit, order in FORMS]
LONG = [library(is_64bit=is_64bit, order=order, sections=SMALL, gap_bytes=8_192).build() for is_64bit, order in FORMS]
# A stream that keeps so little of the long images that some of their parts are missing.
SPARING = replace(PROBE, head_bytes=4_096, tail_bytes=1_024)
EXTREMES = [0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFF00, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 63) - 1, (1 << 64) - 1, 1 << 40]


def attempt(content: bytes) -> ElfFacts | None:
    """Read a damaged file, within bounds of work."""
    view = Whole(content)
    try:
        return read_elf(b"p", view)
    finally:
        assert view.reads <= 3 + 3 * len(content) // 8
        assert view.read_bytes <= 8_192 + 64 * len(content)


@pytest.mark.parametrize("content", IMAGES)
def test_a_file_cut_off_anywhere(content: bytes) -> None:
    """The table of sections is the last thing in it, so nothing may be missing."""
    assert attempt(content) is not None
    for length in range(4):
        assert attempt(content[:length]) is None
    for length in range(4, len(content)):
        with pytest.raises(ValueError, match="it"):
            attempt(content[:length])


@given(
    st.sampled_from(IMAGES + LONG),
    st.lists(st.tuples(st.integers(0, 1 << 12), st.sampled_from((1, 2, 4, 8)), st.sampled_from(EXTREMES)), max_size=4),
    st.lists(st.tuples(st.integers(0, 1 << 12), st.integers(0, 255)), max_size=8),
)
def test_fields_that_are_anything(
    content: bytes, extremes: list[tuple[int, int, int]], changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(content)
    # Bytes that are zero are mostly padding.
    places = [at for at, byte in enumerate(content[:-8]) if byte][4:]
    for number, size, value in extremes:
        start = places[number % len(places)]
        damaged[start : start + size] = (value & ((1 << 8 * size) - 1)).to_bytes(
            size, "big" if number & 1 else "little"
        )
    for number, value in changes:
        damaged[places[number % len(places)]] = value
    survive(bytes(damaged))


@given(st.binary(max_size=400), st.sampled_from(range(4)))
@example(b"", 0)
def test_any_bytes_behind_the_magic(rest: bytes, form: int) -> None:
    survive(IMAGES[form][:7] + rest)


def survive(content: bytes) -> None:
    """Only ValueError may leave, whether or not all of it is there; what is read fits into the file."""
    ranges = PROBE.more(content[: SPARING.head_bytes])
    assert all(offset_bytes >= 0 and size_bytes > 0 for offset_bytes, size_bytes in ranges)
    assert sum(size_bytes for _, size_bytes in ranges) <= 16 << 20
    assert len(ranges) <= 64
    for read in (lambda: attempt(content), lambda: read_elf(b"p", Kept(content, SPARING))):
        try:
            found = read()
        except NotKept:
            raise AssertionError("parts that were not kept are no error") from None
        except ValueError:
            continue
        if found:
            assert sum(section.size_bytes for section in found.device_sections) <= len(content)
            assert (found.debug_bytes or 0) + (found.symbol_bytes or 0) <= len(content)


def names(*entries: tuple[int, bytes | int]) -> Callable[[], bytes]:
    return lambda: Elf(dynamic=list(entries)).build()


def with_sections(*sections: Section, **header: int) -> Callable[[], bytes]:
    return lambda: Elf(sections=list(sections), header=header).build()


def with_build_id(size_bytes: int) -> bytes:
    content = bytearray(Elf(build_id=BUILD_ID).build())
    at = content.find(struct.pack("<III", 4, 20, 3))
    content[at + 4 : at + 8] = struct.pack("<I", size_bytes)
    return bytes(content)


def many_segments() -> bytes:
    return Elf(header={"segments": 4_097}).build() + bytes(4_097 * 56)


def many_sections() -> bytes:
    return with_sections(Section(b".text"), sections=0xFFFF)() + bytes(0xFFFF * 64)


def extended_sections() -> bytes:
    content = bytearray(with_sections(Section(b".text"), sections=0)())
    first = len(content) - 3 * 64
    content[first + 32 : first + 40] = struct.pack("<Q", 65_537)
    return bytes(content) + bytes(65_537 * 64)


def long_names_of_sections() -> bytes:
    return with_sections(Section(b".text", b"\0" * ((16 << 20) + 1)), names=1)()


def long_interpreter() -> bytes:
    return Elf(interpreter=b"/" * 4_096).build()


def long_dynamic_section() -> bytes:
    return names(*[(0x6FFFFFF0, 1)] * 65_537)()


OVERLAP = Section(b".debug_info", b"d" * 3_000)
DEVICE = Section(b".nv_fatbin", b"f", flags=ALLOC)
BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "an odd class": (lambda: b"\x7fELF\3\1\1" + bytes(100), "no whole ELF header"),
    "an odd byte order": (lambda: b"\x7fELF\2\0\1" + bytes(100), "no whole ELF header"),
    "odd program headers": (lambda: Elf(header={"segment_bytes": 55}).build(), "of 55 bytes"),
    "odd section headers": (with_sections(DEVICE, section_bytes=0), "of 0 bytes"),
    "program headers": (many_segments, "4097 program headers"),
    "section headers in the first section": (extended_sections, "65537 section headers"),
    "sections elsewhere": (with_sections(DEVICE, sections_at=1 << 62), "points past its end"),
    "segments elsewhere": (lambda: Elf(header={"segments_at": (1 << 64) - 8}).build(), "points past its end"),
    "names of sections": (with_sections(DEVICE, names=9), "no section for the names"),
    "long names of sections": (long_names_of_sections, "section names are 16777217 bytes"),
    "a section past the end": (with_sections(Section(b".debug_x", b"d", size_bytes=1 << 50)), "past its end"),
    "a section before the end": (with_sections(Section(b".symtab", b"d", offset_bytes=(1 << 64) - 1)), "past its end"),
    "one debug section twice": (with_sections(*[Section(b".debug_x", size_bytes=400, offset_bytes=0)] * 20), "overlap"),
    "one device section twice": (
        with_sections(*[Section(b".nv_fatbin", size_bytes=400, offset_bytes=0, flags=ALLOC)] * 20),
        "overlap",
    ),
    "device sections": (with_sections(*[DEVICE] * 4_097), "too many"),
    "libraries": (names(*[(NEEDED, 1)] * 4_097), "needs 4097 libraries"),
    "one long name many times": (names((SONAME, b"n" * 4_000), *[(NEEDED, 1)] * 50), "has no end"),
    "a name without end": (names((RPATH, b"r" * 50), (STRSZ, 40)), "has no end"),
    "a name of 70 kB": (names((RPATH, b"r" * 70_000)), "has no end"),
    "a name behind its table": (names((NEEDED, 1 << 40)), "past its end"),
    "a name before its table": (names((NEEDED, (1 << 64) - 1)), "past its end"),
    "no string table": (names((SONAME, b"x"), (STRTAB_ADDRESS, 5)), "in no segment"),
    "a string table at the end": (names((SONAME, b"x"), (STRSZ, 1 << 40)), "past its end"),
    "a dynamic section": (long_dynamic_section, "dynamic section is"),
    "an interpreter": (long_interpreter, "interpreter's name is 4097 bytes"),
    "a build ID": (lambda: with_build_id(0xFFFFFFFF), "build ID is 4294967295 bytes"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken(what: str) -> None:
    build, reason = BROKEN[what]
    with pytest.raises(ValueError, match=reason):
        attempt(build())


def test_a_view_that_ends_early() -> None:
    view = Whole(LONG[0])
    view.size_bytes += 64
    view.content = view.content[:-64]
    with pytest.raises(ValueError, match="ends before its stated size"):
        read_elf(b"p", view)


def test_as_many_sections_as_are_allowed() -> None:
    assert attempt(many_sections()) is not None


def test_as_many_libraries_as_are_allowed() -> None:
    found = attempt(names((SONAME, b"n"), *[(NEEDED, b"lib%d.so" % number) for number in range(4_095)])())
    assert found
    assert found.needed == tuple(f"lib{number}.so" for number in range(4_095))


def test_a_dynamic_section_without_names_needs_no_string_table() -> None:
    found = attempt(Elf(dynamic=[(STRTAB_ADDRESS, BASE - 1)]).build())
    assert found
    assert (found.soname, found.needed) == (None, ())


def test_notes_are_read_in_one_pass_and_not_all_of_them() -> None:
    """Notes of no length, and more segments of them than are looked at."""
    segment = struct.pack("<IIQQQQQQ", NOTE, 4, 64, 0, 0, 1 << 20, 1 << 20, 4)
    head = bytearray(Elf(header={"segments": 4_096}).build())
    head[64:] = b""
    content = bytes(head) + segment * 4_096 + bytes(1 << 20)
    view = Whole(content)
    found = read_elf(b"p", view)
    assert found
    assert found.build_id is None
    assert view.reads < 40
