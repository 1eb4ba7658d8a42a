"""Static libraries, hand-built and made by ar."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from layerscope.probes.static_archive import PROBES, StaticArchive, read_static_archive
from tests.probes.elf_images import Elf, Kept, Whole

(PROBE,) = PROBES
MAGIC = b"!<arch>\n"
needs_gcc = pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("ar")), reason="there is no gcc")


def member(name: bytes, content: bytes, size: bytes | None = None) -> bytes:
    header = b"%-16s%-12d%-6d%-6d%-8o%-10s`\n" % (name, 0, 0, 0, 0o644, size or b"%d" % len(content))
    return header + content + b"\n" * (len(content) % 2)


OBJECT = Elf(kind=1, machine=183, header={"segments": 0}).build()
LIBRARY = MAGIC + b"".join(
    (
        member(b"/", b"\0\0\0\0"),
        member(b"//", b"a_long_name_of_a_member.o/\n"),
        member(b"readme/", b"odd"),
        member(b"/0", OBJECT),
        member(b"b.o/", Elf(is_64bit=False, machine=3).build() + b"\0"),
    )
)


def read(content: bytes) -> StaticArchive | None:
    return read_static_archive(b"lib.a", Whole(content))


def test_members_and_machine() -> None:
    assert read(LIBRARY) == StaticArchive(3, "aarch64")
    assert read(MAGIC + member(b"/SYM64/", b"\0" * 8) + member(b"a.o/", b"BC\xc0\xde")) == StaticArchive(1, None)
    assert read(MAGIC) == StaticArchive(0, None)


def test_a_last_member_without_padding() -> None:
    assert read(MAGIC + member(b"a/", b"odd").removesuffix(b"\n")) == StaticArchive(1, None)


def test_another_kind_of_file() -> None:
    assert read(b"") is None
    assert read(b"!<thin>\n" + b"x" * 100) is None


@needs_gcc
@pytest.mark.parametrize("count", [1, 5])
def test_as_ar_lists_them(tmp_path: Path, count: int) -> None:
    for number in range(count):
        name = tmp_path / f"a_member_with_a_long_name_{number}.c"
        name.write_text(f"int f{number}(void) {{ return {number}; }}\n")
        subprocess.run(["gcc", "-c", str(name), "-o", str(name.with_suffix(".o"))], check=True)
    archive = tmp_path / "lib.a"
    subprocess.run(["ar", "rcs", str(archive), *map(str, sorted(tmp_path.glob("*.o")))], check=True)
    listed = subprocess.run(["ar", "t", str(archive)], check=True, capture_output=True, text=True).stdout.split()
    machine = subprocess.run(["gcc", "-dumpmachine"], check=True, capture_output=True, text=True).stdout.split("-")[0]
    assert read(archive.read_bytes()) == StaticArchive(len(listed), machine)


def test_members_that_were_not_kept_are_not_counted() -> None:
    probe = replace(PROBE, head_bytes=8_192)
    content = LIBRARY + member(b"c.o/", b"c" * 9_000)
    assert read_static_archive(b"lib.a", Kept(content, probe)) == StaticArchive(4, "aarch64")
    content += member(b"d.o/", b"")
    assert read_static_archive(b"lib.a", Kept(content, probe)) == StaticArchive(None, "aarch64")


def test_no_more_members_are_counted_than_the_limit() -> None:
    one = member(b"a/", b"")
    assert read(MAGIC + one * 65_536) == StaticArchive(65_536, None)
    view = Whole(MAGIC + one * 70_000)
    assert read_static_archive(b"lib.a", view) == StaticArchive(None, None)
    assert view.reads < 140_000


@pytest.mark.parametrize("size", [b"", b"-1", b"1_0", b"0x10", b"1.5", b"\xb2", b"9999999999", b"5"])
def test_sizes_that_are_none(size: bytes) -> None:
    with pytest.raises(ValueError, match=r"no valid header|cut off"):
        read(MAGIC + member(b"a/", b"four", size=size or b" "))


def test_an_archive_cut_off_anywhere() -> None:
    ends = {len(MAGIC)}
    at = len(MAGIC)
    while at < len(LIBRARY):
        length = int(LIBRARY[at + 48 : at + 58])
        ends |= {at + 60 + length, at := at + 60 + length + length % 2}
    for length in range(len(MAGIC), len(LIBRARY)):
        if length in ends:
            assert read(LIBRARY[:length]) is not None
        else:
            with pytest.raises(ValueError, match="it"):
                read(LIBRARY[:length])


@given(st.lists(st.tuples(st.integers(8, len(LIBRARY) - 1), st.integers(0, 255)), max_size=6))
def test_any_damage(changes: list[tuple[int, int]]) -> None:
    content = bytearray(LIBRARY)
    for at, value in changes:
        content[at] = value
    try:
        found = read(bytes(content))
    except ValueError:
        return
    assert found
    assert (found.members or 0) * 60 <= len(content)
