"""What the probe says about ELF files, hand-built and real, against literal values, pyelftools and strip."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from msgspec.structs import replace

from layerscope.layers.probe import ProbeSet
from layerscope.probes.elf import PROBES, ElfFacts, read_elf
from layerscope.probes.elf_sections import DeviceSection
from tests.probes.elf_images import BUILD_ID, NEEDED, NOBITS, SONAME, Elf, Kept, Section, Whole, library
from tests.probes.elf_oracle import facts_by_pyelftools

(PROBE,) = PROBES
SPREAD = 200
FORMS = [(is_64bit, order) for is_64bit in (True, False) for order in "<>"]
needs_gcc = pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("strip")), reason="there is no gcc")
needs_patchelf = pytest.mark.skipif(shutil.which("patchelf") is None, reason="there is no patchelf")


def facts(content: bytes) -> ElfFacts:
    found = read_elf(b"p", Whole(content))
    assert found is not None
    return found


def kept_facts(content: bytes, **sizes: int) -> ElfFacts:
    """What is left where the content passed by in a stream."""
    found = read_elf(b"p", Kept(content, replace(PROBE, **sizes)))
    assert found is not None
    return found


@pytest.mark.parametrize(("is_64bit", "order"), FORMS)
def test_every_field(is_64bit: bool, order: str) -> None:
    content = library(is_64bit=is_64bit, order=order).build()
    device = [
        (name, content.find(fill), size)
        for name, fill, size in (
            (".nv_fatbin", b"f" * 32, 32),
            ("__nv_relfatbin", b"r" * 16 + b"w", 16),
            (".ldata", b"w" + b"x" * 9, 65_537),
        )
    ]
    expected = ElfFacts(
        soname="libfö.so.1",
        needed=("libc.so.6", "libcudart.so.12"),
        rpath="/opt/lib:$ORIGIN/" + "r" * 300,
        runpath="$ORIGIN/../../nvidia/cudnn/lib",
        build_id=BUILD_ID.hex(),
        machine="x86_64",
        is_64bit=is_64bit,
        type="dyn",
        interpreter="/lib64/ld-linux-x86-64.so.2",
        debug_bytes=111,
        symbol_bytes=48 + 7,
        device_sections=(
            DeviceSection(*device[0]),
            DeviceSection(*device[1]),
            DeviceSection(".ldata", device[2][1] + 1, 65_537),
            DeviceSection("__nv_new", device[2][1] + 1 + 65_537 + 65_536, 65_537),
        ),
    )
    assert facts(content) == expected == facts_by_pyelftools(content)


def test_names_that_are_not_utf_8() -> None:
    assert facts(library(dynamic=[(SONAME, b"lib\xff.so")]).build()).soname == "lib\udcff.so"


@pytest.mark.parametrize(("is_64bit", "order"), FORMS)
def test_build_ids_in_notes_of_either_alignment(is_64bit: bool, order: str) -> None:
    content = Elf(is_64bit, order, build_id=BUILD_ID).build()
    assert facts(content).build_id == BUILD_ID.hex() == facts_by_pyelftools(content).build_id
    # pyelftools knows of notes padded to four bytes only; `readelf --notes` reads these too.
    assert facts(Elf(is_64bit, order, build_id=BUILD_ID, note_align_bytes=8).build()).build_id == BUILD_ID.hex()


@pytest.mark.parametrize("machine", [2, 3, 8, 20, 21, 22, 40, 43, 50, 62, 183, 190, 224, 243, 247, 258, 0xFEED])
def test_machines(machine: int) -> None:
    content = Elf(machine=machine).build()
    assert facts(content).machine == facts_by_pyelftools(content).machine


@pytest.mark.parametrize(("kind", "name"), [(1, "rel"), (2, "exec"), (3, "dyn"), (4, "core"), (0xFE01, "65025")])
def test_types(kind: int, name: str) -> None:
    assert facts(Elf(kind=kind).build()).type == name


def test_a_file_with_nothing_but_a_header() -> None:
    expected = ElfFacts(None, (), None, None, None, "x86_64", True, "dyn", None, 0, 0, ())
    assert facts(Elf().build()) == expected


def test_counts_in_the_first_section() -> None:
    elf = library()
    plain = elf.build()
    sections, names = len(elf.sections) + 2, len(elf.sections) + 1
    content = bytearray(library(header={"sections": 0, "names": 0xFFFF}).build())
    first = len(content) - 64 * sections
    content[first + 32 : first + 44] = sections.to_bytes(8, "little") + names.to_bytes(4, "little")
    assert facts(bytes(content)) == facts(plain) == facts_by_pyelftools(bytes(content))


def test_debug_files_have_the_names_of_no_one() -> None:
    """Segments of a file made by `objcopy --only-keep-debug` lead to other bytes than they did."""
    sections = [Section(b".dynamic", kind=NOBITS, flags=2, size_bytes=64), Section(b".debug_info", b"d" * 9)]
    elf = library(sections=sections, dynamic=[(NEEDED, 0xFFFF), (SONAME, 0xFFFF)])
    found = facts(elf.build())
    assert (found.needed, found.soname, found.interpreter) == ((), None, None)
    assert (found.build_id, found.debug_bytes) == (BUILD_ID.hex(), 9)


def test_another_kind_of_file() -> None:
    assert read_elf(b"libc.so", Whole(b"/* GNU ld script */ GROUP ( /lib/libc.so.6 )")) is None
    assert read_elf(b"libc.so", Whole(b"")) is None


def test_which_files_are_asked_for() -> None:
    probes = ProbeSet(PROBES)
    wanted = [b"usr/lib/libz.so", b"libz.so.1.2.13", b"x/_C.cpython-311-x86_64-linux-gnu.so"]
    assert [probes.wanting(path) for path in wanted] == [PROBE] * 3
    assert probes.wanting(b"usr/bin/true", 0o755) is PROBE
    assert probes.wanting(b"usr/bin/true", 0o644) is None


def system_files() -> Iterator[Path]:
    """Some ELF files of this machine: a spread of its programs and libraries, and of Python's."""
    for roots in (("/usr/bin", "/usr/lib/*", "/usr/lib/*/*"), (f"{sys.prefix}/lib/**",)):
        paths = sorted(path for root in roots for path in Path("/").glob(f"{root.lstrip('/')}/*") if is_elf(path))
        yield from islice(paths, 0, None, max(len(paths) // SPREAD, 1))


def is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def test_files_of_this_machine() -> None:
    paths = list(system_files())
    assert len(paths) > 50
    for path in paths:
        content = path.read_bytes()
        found = facts(content)
        assert found == facts_by_pyelftools(content), path
        assert_no_contradiction(kept_facts(content), found)
        assert_no_contradiction(kept_facts(content, head_bytes=4_096, tail_bytes=16_384), found)


def assert_no_contradiction(partial: ElfFacts, whole: ElfFacts) -> None:
    unknown = {field: value for field in ElfFacts.__struct_fields__ if (value := getattr(partial, field)) in (None, ())}
    known = {field: getattr(whole, field) for field in unknown}
    assert replace(partial, **known, is_partial=False) == whole
    assert partial.is_partial or unknown == known


@needs_gcc
@pytest.mark.parametrize("compression", ["none", "zlib"])
def test_what_strip_removes(tmp_path: Path, compression: str) -> None:
    built, stripped, debug = tmp_path / "a.so", tmp_path / "b.so", tmp_path / "a.debug"
    (tmp_path / "a.c").write_text("int answer(int x) { return x + 42; }\n")
    flags = [f"-gz={compression}", "-g", "-shared", "-fPIC", "-Wl,--build-id", "-Wl,-soname,liba.so.1", "-Wl,-rpath,/x"]
    run("gcc", *flags, "-o", str(built), str(tmp_path / "a.c"))
    run("strip", "-o", str(stripped), str(built))
    run("objcopy", "--only-keep-debug", str(built), str(debug))
    with_debug, without = facts(built.read_bytes()), facts(stripped.read_bytes())
    assert with_debug == facts_by_pyelftools(built.read_bytes())
    assert without == replace(with_debug, debug_bytes=0, symbol_bytes=0)
    removed_bytes = built.stat().st_size - stripped.stat().st_size
    # Besides their contents go the headers of sections, their names, and some padding.
    assert 0 <= removed_bytes - (with_debug.debug_bytes or 0) - (with_debug.symbol_bytes or 0) < 1_024
    found = facts(debug.read_bytes())
    assert (found.debug_bytes, found.build_id) == (with_debug.debug_bytes, with_debug.build_id)
    assert (found.soname, found.needed) == (None, ())


@needs_gcc
@needs_patchelf
def test_a_long_library_in_a_stream(tmp_path: Path) -> None:
    """patchelf moves the names to the end of the file, behind all that the linker wrote."""
    built = tmp_path / "a.so"
    source = '__attribute__((section(".nv_fatbin,\\"a\\",@progbits#"))) char fat[20 << 20] = {1};\n'
    (tmp_path / "a.c").write_text(source)
    run("gcc", "-g", "-shared", "-fPIC", "-o", str(built), str(tmp_path / "a.c"), "-Wl,-soname,liba.so.1")
    for flags in ([], ["--set-rpath", "$ORIGIN/" + "r" * 200], ["--add-needed", "libother.so.1"]):
        if flags:
            run("patchelf", *flags, str(built))
        content = built.read_bytes()
        assert [section.name for section in facts(content).device_sections] == [".nv_fatbin"]
        assert kept_facts(content) == facts(content) == facts_by_pyelftools(content)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def test_a_stream_keeps_what_a_long_file_needs() -> None:
    """The names lie between head and tail, in a segment of their own."""
    content = library(gap_bytes=9 << 20, has_names_segment=True).build()
    assert kept_facts(content) == facts(content)
    assert kept_facts(content).needed == ("libc.so.6", "libcudart.so.12")


def test_sections_amid_a_long_file() -> None:
    elf = library(gap_bytes=9 << 20, has_names_segment=True)
    content = elf.build() + bytes(5 << 20)
    assert kept_facts(content) == facts(content)


def test_names_that_were_not_kept_are_unknown() -> None:
    content = library(gap_bytes=9 << 20).build()
    expected = replace(facts(content), soname=None, needed=(), rpath=None, runpath=None, is_partial=True)
    assert kept_facts(content) == expected


def test_sections_that_were_not_kept_are_unknown() -> None:
    content = library().build()
    found = kept_facts(content, head_bytes=4_096, tail_bytes=0, more=lambda _head: ())  # type: ignore[arg-type]
    unknown = {"debug_bytes": None, "symbol_bytes": None, "device_sections": ()}
    assert found == replace(facts(content), **unknown, is_partial=True)


@pytest.mark.parametrize("head", [b"", b"\x7fELF", bytes(1 << 16), b"\x7fELF\2\1\1" + b"\xff" * 100])
def test_nothing_more_is_kept_of_what_is_broken(head: bytes) -> None:
    assert list(PROBE.more(head)) == []
