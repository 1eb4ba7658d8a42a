"""Which libraries of the system's CUDA are loaded by others, with real ELF files."""

import shutil
from pathlib import Path

import pytest

from layerscope.units import safe_text
from tests.images import Item, file
from tests.loading.roots import GLIBC, Root, elf, ldconfig, need_linker
from tests.needs.needing import (
    CUDA,
    LIB,
    PYTHON,
    SITE,
    Needing,
    application,
    distribution,
    library,
    need_linker_tools,
    needs_of,
    program,
    system_cuda,
    torch_with_wheels,
)


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def test_a_linked_application_needs_the_systems_library_and_what_that_leads_to() -> None:
    image = Needing([*system_cuda(), program("app/server", "libcublas.so.12", "libcuda.so.1")])
    assert image.found() == {("libcublas.so.12", "certain"), ("libcublasLt.so.12", "certain")}
    need = image.need("libcublas.so.12")
    assert image.wanted_by("libcublas.so.12") == {"app/server"}
    assert [image.path(row) for row in need.met_by] == [f"{LIB}/libcublas.so.12"]
    assert need.evidence == (f"/app/server loads libcublas.so.12 from /{LIB}/libcublas.so.12",)
    [way] = image.need("libcublasLt.so.12").evidence
    assert way == f"/app/server loads libcublasLt.so.12 through /{LIB}/libcublas.so.12 from /{LIB}/libcublasLt.so.12"


def test_a_link_without_a_version_leads_there_too() -> None:
    items = [*system_cuda(), library(f"{LIB}/libcufft.so.11"), program("app/server", f"/{LIB}/libcufft.so.11")]
    assert Needing(items).found() == {("libcufft.so.11", "certain")}


def test_torch_finds_its_wheels_and_needs_nothing() -> None:
    assert Needing([*system_cuda(), *torch_with_wheels(), application()]).needs == ()


def test_what_torch_finds_in_the_system_alone_is_needed() -> None:
    less = [item for item in torch_with_wheels() if "nvidia" not in item.path]
    image = Needing([*system_cuda(), *less, application()])
    assert image.found("linked") == {(f"lib{name}.so.12", "certain") for name in ("cublas", "cublasLt", "cudart")}


def test_wheels_that_find_the_systems_copy_first_find_their_own_without_it() -> None:
    env = [f"LD_LIBRARY_PATH=/{LIB}"]
    items = [*system_cuda(), *torch_with_wheels(), application()]
    solver = library(
        f"{SITE}/nvidia/cusolver/lib/libcusolver.so.11", "libcublas.so.12", runpath="$ORIGIN/../../cublas/lib"
    )
    assert Needing([*items, *distribution("nvidia-cusolver-cu12", "11.6", solver)], env).needs == ()


def extension(name: str, *needed: str) -> list[Item]:
    path = f"{SITE}/{name}/_C.cpython-311-x86_64-linux-gnu.so"
    return distribution(name, "1.0", file(path, elf(None, needed), mode=0o755))


@pytest.mark.parametrize(
    ("name", "needed", "expected"),
    [
        # It cannot be imported before torch, whose libraries it names.
        ("ops", ("libc10.so", "libcudart.so.12"), set()),
        # Known to import torch first.
        ("flash-attn", ("libcudart.so.12",), set()),
        # Whether it imports torch cannot be told.
        ("unheard-of", ("libcudart.so.12",), {("libcudart.so.12", "possible")}),
        # Torch does not have it.
        (
            "ops",
            ("libc10.so", "libcusparse.so.12"),
            {("libcusparse.so.12", "certain"), ("libnvJitLink.so.12", "certain")},
        ),
    ],
)
def test_extensions_beside_torch(name: str, needed: tuple[str, ...], expected: set[tuple[str, str]]) -> None:
    image = Needing([*system_cuda(), *torch_with_wheels(), application(), *extension(name, *needed)])
    assert image.found() == expected


def test_an_extension_without_torch_needs_the_systems_library() -> None:
    image = Needing([*system_cuda(), program(PYTHON), *extension("unheard-of", "libcudart.so.12")])
    assert image.found() == {("libcudart.so.12", "certain")}


def test_unused_variants_of_bitsandbytes_lack_what_they_always_lacked() -> None:
    variants = [
        library(f"{SITE}/bitsandbytes/libbitsandbytes_cuda118.so", "libcudart.so.11.0", "libcublas.so.11"),
        library(f"{SITE}/bitsandbytes/libbitsandbytes_cuda124.so", "libcudart.so.12", "libcublas.so.12"),
        library(f"{SITE}/bitsandbytes/libbitsandbytes_cuda130.so", "libcudart.so.13", "libcublas.so.13"),
    ]
    items = [*system_cuda(), *torch_with_wheels(), application(), *distribution("bitsandbytes", "0.45", *variants)]
    assert Needing(items).needs == ()


def test_what_lacks_something_anyway_may_still_be_loaded_in_some_company() -> None:
    image = Needing([*system_cuda(), library("app/libplugin.so", "libcudart.so.12", "libelsewhere.so.1")])
    assert image.found() == {("libcudart.so.12", "possible")}
    assert image.need("libcudart.so.12").evidence[0].endswith("; it lacks libelsewhere.so.1 already")


@pytest.mark.parametrize(("major", "expected"), [("12", set()), ("13", {("libcusparse.so.12", "certain")})])
def test_one_soname_of_two_majors(major: str, expected: set[tuple[str, str]]) -> None:
    items = [
        *system_cuda(),
        file("etc/ld.so.conf.d/900_other.conf", b"/opt/other/lib\n"),
        library("opt/other/lib/libnvJitLink.so.12"),
        library("opt/other/lib/libnvJitLink.so.13"),
        library("opt/other/lib/libcusparse.so.12", f"libnvJitLink.so.{major}"),
        program("app/server", "libcusparse.so.12"),
    ]
    image = Needing(items)
    assert {item for item in image.found() if "cusparse" in item[0]} == expected
    if expected:
        assert image.need("libcusparse.so.12").evidence[0].endswith(", and would get that of CUDA 13")


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        (distribution("nvidia-curand-cu12", "10.3", library("opt/other/lib/libcurand.so.10")), set()),
        (distribution("nvidia-curand-cu13", "10.4", library("opt/other/lib/libcurand.so.10")), {"libcurand.so.10"}),
        ([library("opt/other/lib/libcurand.so.10")], set()),
    ],
)
def test_majors_that_only_packages_tell(brought: list[Item], expected: set[str]) -> None:
    """The system's is of CUDA 12 by its folder; of a library that nothing is known of nothing is said."""
    items = [
        *system_cuda(),
        file("etc/ld.so.conf.d/900_other.conf", b"/opt/other/lib\n"),
        library(f"{LIB}/libcurand.so.10"),
        program("app/server", "libcurand.so.10"),
    ]
    assert {need.what for need in Needing([*items, *brought]).needs} == expected


def test_wheels_of_cuda_may_be_loaded_in_any_company() -> None:
    wheel = library(f"{SITE}/nvidia/cudnn/lib/libcudnn_engines.so.9", "libcublas.so.12")
    items = [*system_cuda(), *distribution("nvidia-cudnn-cu12", "9.10", wheel), application()]
    assert Needing(items).found() == {("libcublas.so.12", "possible"), ("libcublasLt.so.12", "possible")}
    assert Needing([*items, *torch_with_wheels()]).needs == ()


def test_names_are_safe_to_show() -> None:
    image = Needing([*system_cuda(), program("app/\x1b[31mred", "libcudart.so.12")])
    assert [text for need in image.needs for text in (need.what, *need.evidence) if safe_text(text) != text] == []


def test_the_real_linker_misses_what_is_called_lost(tmp_path: Path) -> None:
    """Take the system's CUDA away from a real root, and ask its dynamic linker again."""
    need_linker()
    made = [item for item in (*system_cuda(), *torch_with_wheels()) if item.kind == "file"]
    files = {item.path: item.content for item in made if item.path != GLIBC[1:]}
    asked = {
        "app/server": elf(None, ("libcublas.so.12",), interpreter=GLIBC),
        "app/own": elf(None, ("libcublas.so.12",), rpath=f"/{SITE}/nvidia/cublas/lib", interpreter=GLIBC),
        "app/far": elf(None, ("libmiddle.so",), runpath="$ORIGIN/lib", interpreter=GLIBC),
        "app/none": elf(None, (), interpreter=GLIBC),
    }
    middle = elf("libmiddle.so", ("libcusparse.so.12",))
    written = Root(files | asked | {"app/lib/libmiddle.so": middle}).write(tmp_path)
    before = written.ask([*asked])
    needs = [need for need in needs_of(written.stack) if need.kind.value == "linked"]
    found = {(written.stack.path(row).decode(), need.what) for need in needs for row in need.wanted_by}
    shutil.rmtree(tmp_path / CUDA)
    ldconfig(tmp_path)
    after = written.ask([*asked])
    lost = {(path, name) for path in asked for name, _ in before[path].mapped if name not in dict(after[path].mapped)}
    assert {item for item in found if item[0] in asked} == lost
    assert {path for path, _ in lost} == {"app/server", "app/far"}
