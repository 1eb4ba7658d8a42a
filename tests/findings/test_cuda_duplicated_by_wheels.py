"""What the rule `cuda-duplicated-by-wheels` promises, and whom it keeps the system's copies for."""

import tracemalloc

import pytest

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import Item, file, hardlink, symlink, whiteout
from tests.probes.elf_images import NEEDED, RPATH, RUNPATH, SONAME, Elf

SITE = "usr/local/lib/python3.12/dist-packages"
LIB = "usr/local/cuda-12.4/targets/x86_64-linux/lib"
SYSTEM, WHEEL = f"{LIB}/libcudart.so.12.4.127", f"{SITE}/nvidia/cuda_runtime/lib/libcudart.so.12"
TORCH = f"{SITE}/torch/lib/libtorch_cuda.so"
SIZE_BYTES = 1_200_000
OWNED = {WHEEL: "python:nvidia-cuda-runtime-cu12", TORCH: "python:torch"}


def elf(
    *needed: str, soname: str = "", runpath: str = "", rpath: str = "", fill: str = "x", build_id: str = ""
) -> bytes:
    """A program or library; with a name of its own it is large enough for the rule."""
    dynamic: list[tuple[int, bytes | int]] = [(NEEDED, name.encode()) for name in needed]
    for tag, text in ((SONAME, soname), (RUNPATH, runpath), (RPATH, rpath)):
        dynamic += [(tag, text.encode())] if text else []
    content = Elf(build_id=build_id.encode() or None, dynamic=dynamic).build()
    return content + fill.encode() * (SIZE_BYTES - len(content)) if soname else content


CUDART = elf(soname="libcudart.so.12")
NVIDIA = [
    file("etc/ld.so.conf", f"/{LIB}\n".encode()),
    symlink("usr/local/cuda", "/usr/local/cuda-12.4"),
    symlink("usr/local/cuda-12.4/lib64", "targets/x86_64-linux/lib"),
    symlink(f"{LIB}/libcudart.so.12", "libcudart.so.12.4.127"),
    file(SYSTEM, CUDART),
]
WHEELS = [
    file(WHEEL, CUDART),
    file(TORCH, elf("libcudart.so.12", "libc.so.6", runpath="$ORIGIN:$ORIGIN/../../nvidia/cuda_runtime/lib")),
]


def found(*more: Item, below: tuple[Item, ...] = (), owned: dict[str, str] | None = None):
    """The rule's findings of a system with CUDA, wheels that bring it again, and what a test adds to either."""
    layers = [[*NVIDIA, *below], [*WHEELS, *more]]
    return only(findings_of(layers, owned=OWNED | (owned or {}), base_count=1), "cuda-duplicated-by-wheels")


def test_goes_where_only_wheels_with_a_path_of_their_own_need_it():
    [finding] = found()
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (SIZE_BYTES, SIZE_BYTES)
    assert (finding.who_can_fix, finding.layers, finding.confidence) == ("base", (0,), Confidence.HIGH)
    assert finding.evidence == (f"1.2 MB: /{SYSTEM} is /{WHEEL}",)


def test_goes_where_the_wheel_has_the_same_build_in_other_bytes():
    system, wheel = (elf(soname="libcudart.so.12", fill=fill, build_id="\7" * 20) for fill in ("s", "w"))
    layers = [[file(SYSTEM, system)], [file(WHEEL, wheel)]]
    [finding] = only(findings_of(layers, owned={WHEEL: OWNED[WHEEL]}), "cuda-duplicated-by-wheels")
    assert (finding.layers, finding.reclaimable_bytes) == ((0,), SIZE_BYTES)


@pytest.mark.parametrize(
    "search",
    [
        {},
        {"runpath": "/usr/local/cuda-12.4/targets/x86_64-linux/lib"},
        {"rpath": "/usr/local/cuda/lib64"},
        {"rpath": f"/{SITE}/nvidia/cuda_runtime/lib", "runpath": "/usr/lib"},
        {"runpath": "lib:"},
    ],
    ids=["none", "system's folder", "system's folder by links", "RPATH beside RUNPATH", "relative"],
)
def test_is_kept_for_a_program_that_finds_the_systems(search: dict[str, str]):
    [finding] = found(file("app/serve", elf("libcudart.so.12", **search), mode=0o755))
    assert (finding.subject, finding.claimed_bytes, finding.reclaimable_bytes) == ("needed", SIZE_BYTES, 0)
    assert finding.confidence is Confidence.LOW
    assert finding.evidence == (f"/app/serve loads libcudart.so.12 from /{SYSTEM}",)


@pytest.mark.parametrize(
    "search",
    [
        {"runpath": f"/{SITE}/nvidia/cuda_runtime/lib"},
        {"rpath": "${ORIGIN}/../usr/local/lib/python3.12/dist-packages/nvidia/cuda_runtime/lib"},
        {"rpath": "/usr/lib", "runpath": "/nowhere:/app/lib"},
    ],
    ids=["RUNPATH", "RPATH", "by links"],
)
def test_goes_where_a_program_finds_the_wheels(search: dict[str, str]):
    links = [symlink("app/lib", "vendor/cuda"), symlink("app/vendor/cuda/libcudart.so.12", f"/{WHEEL}")]
    [finding] = found(file("app/serve", elf("libcudart.so.12", **search), mode=0o755), *links)
    assert (finding.subject, finding.reclaimable_bytes, finding.confidence) == (None, SIZE_BYTES, Confidence.HIGH)


def test_a_python_extension_without_a_path_makes_it_less_sure():
    extension = f"{SITE}/ext/_C.so"
    [finding] = found(file(extension, elf("libcudart.so.12")), owned={extension: "python:ext"})
    assert (finding.reclaimable_bytes, finding.confidence) == (SIZE_BYTES, Confidence.MEDIUM)
    assert finding.evidence[1] == f"/{extension} loads libcudart.so.12 from /{SYSTEM}"


def test_is_kept_for_a_library_of_the_system_that_a_program_needs():
    npp = f"{LIB}/libnppc.so.12"
    below = (file(npp, elf("libcudart.so.12", soname="libnppc.so.12", runpath="$ORIGIN")),)
    [finding] = found(file("app/serve", elf("libnppc.so.12"), mode=0o755), below=below)
    assert (finding.subject, finding.reclaimable_bytes) == ("needed", 0)
    assert finding.evidence == (f"/app/serve loads libcudart.so.12 through /{npp} from /{SYSTEM}",)
    [finding] = found(below=below)
    assert finding.reclaimable_bytes == SIZE_BYTES


def test_only_what_is_needed_is_kept():
    cublas = elf(soname="libcublas.so.12")
    wheel = f"{SITE}/nvidia/cublas/lib/libcublas.so.12"
    more = [file(wheel, cublas), file("app/serve", elf("libcublas.so.12"), mode=0o755)]
    findings = found(*more, below=(file(f"{LIB}/libcublas.so.12", cublas),), owned={wheel: "python:nvidia-cublas-cu12"})
    promised = {finding.subject: (finding.reclaimable_bytes, len(finding.rows)) for finding in findings}
    assert promised == {None: (SIZE_BYTES, 1), "needed": (0, 1)}


def test_never_names_the_wheels_own_copies():
    cupti = elf(soname="libcupti.so.12", fill="p")
    system = "usr/local/cuda-12.4/extras/CUPTI/lib64/libcupti.so.2024.1.1"
    copies = [f"{SITE}/nvidia/cuda_cupti/lib/libcupti.so.12", f"{SITE}/triton/backends/nvidia/lib/cupti/libcupti.so.12"]
    owned = dict(zip(copies, ("python:nvidia-cuda-cupti-cu12", "python:triton"), strict=True))
    [finding] = found(*(file(copy, cupti) for copy in copies), below=(file(system, cupti),), owned=owned)
    assert (finding.layers, len(finding.rows), finding.reclaimable_bytes) == ((0,), 2, 2 * SIZE_BYTES)
    [finding] = found(*(file(copy, cupti) for copy in copies), owned=owned)
    assert (finding.layers, len(finding.rows)) == ((0,), 1)


def test_a_program_that_was_deleted_needs_nothing():
    program = file("opt/serve", elf("libcudart.so.12"), mode=0o755)
    [finding] = found(whiteout("opt/serve"), below=(program,))
    assert finding.reclaimable_bytes == SIZE_BYTES


def test_a_second_name_keeps_the_systems_copy():
    [finding] = found(below=(hardlink("usr/lib/x86_64-linux-gnu/libcudart.so.12", SYSTEM),))
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (SIZE_BYTES, 0)


def test_leaves_a_system_without_wheels_and_wheels_without_a_system_alone():
    assert not only(findings_of([NVIDIA]), "cuda-duplicated-by-wheels")
    assert not only(findings_of([WHEELS], owned=OWNED), "cuda-duplicated-by-wheels")


def test_a_search_path_that_would_grow_takes_no_memory():
    path = "d" * 20_000 + "/serve"
    program = file(path, elf("libcudart.so.12", runpath="$ORIGIN" * 9_000), mode=0o755)
    tracemalloc.start()
    try:
        [finding] = found(program)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert finding.subject == "needed"


def test_is_kept_for_an_application_that_opens_it_by_name():
    source = b"import ctypes\n\nctypes.CDLL('libcudart.so.12')\n"
    [finding] = found(file("app/serve.py", source))
    assert (finding.subject, finding.reclaimable_bytes) == ("needed", 0)
    assert finding.evidence == ("/app/serve.py has libcudart.so.12",)
