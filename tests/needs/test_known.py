"""What is known of packages: what they compile and what they open by name while they run."""

import pytest

from tests.images import Item
from tests.needs.needing import (
    CUDA,
    LIB,
    SITE,
    Needing,
    application,
    distribution,
    library,
    need_linker_tools,
    system_cuda,
)


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def needing(*distributions: tuple[str, str], more: tuple[Item, ...] = (), text: str = "print(1)") -> Needing:
    """Return the system's CUDA, these distributions and an application."""
    items = [item for name, version in distributions for item in distribution(name, version)]
    return Needing([*system_cuda(), *items, *more, application(text)])


COMPILING = {("nvcc", "certain"), ("headers", "certain"), ("host-compiler", "certain"), ("g++", "certain")}


def test_deepspeed_compiles_when_it_is_used() -> None:
    image = needing(("deepspeed", "0.15.4"))
    assert image.found() == {("nvcc", "possible"), ("headers", "possible"), ("host-compiler", "certain")}
    need = image.need("nvcc")
    assert image.wanted_by("nvcc") == {f"{SITE}/deepspeed-0.15.4.dist-info/METADATA"}
    assert need.evidence == ("deepspeed 0.15.4 is installed",)
    assert [image.path(row) for row in need.met_by] == [f"{CUDA}/bin/nvcc"]


def test_deepspeed_with_operators_compiled_ahead() -> None:
    operators = library(f"{SITE}/deepspeed/ops/adam/fused_adam_op.so")
    assert ("host-compiler", "possible") in needing(("deepspeed", "0.15.4"), more=(operators,)).found()


def test_a_compiler_is_where_it_lies_and_where_links_to_it_are() -> None:
    image = needing(("deepspeed", "0.15.4"))
    paths = {image.path(row) for row in image.need("host-compiler").met_by}
    assert paths == {"usr/bin/gcc", "usr/bin/x86_64-linux-gnu-gcc-12"}


@pytest.mark.parametrize(
    ("version", "text", "expected"),
    [
        ("2.5.1", "import torch", set()),
        ("2.5.1", "model = torch.compile(model)", {("host-compiler", "certain"), ("python-headers", "certain")}),
        ("2.5.1", "from torch.utils.cpp_extension import load_inline", COMPILING),
        ("2.5.1", "from torch.utils import cpp_extension", {(what, "possible") for what, _ in COMPILING}),
    ],
)
def test_torch_compiles_what_the_application_asks_for(version: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert needing(("torch", version), text=text).found() == expected


def test_triton_compiles_a_stub_for_each_kernel() -> None:
    image = needing(("triton", "3.1.0"), text="import triton\n\n@triton.jit\ndef kernel(): ...\n")
    assert image.found() == {("host-compiler", "certain"), ("python-headers", "certain")}
    assert needing(("triton", "3.1.0")).needs == ()


def test_torch_without_any_source() -> None:
    image = Needing([*system_cuda(), *distribution("torch", "2.5.1")])
    assert image.found() == {("host-compiler", "possible"), ("python-headers", "possible")}


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ([("cupy_cuda12x", "13.3")], {("headers", "certain")}),
        ([("cupy-cuda12x", "14.2"), ("nvidia-cuda-runtime-cu12", "12.4")], set()),
        ([("numba", "0.60")], set()),
        ([("numba-cuda", "0.30")], {("libnvvm", "possible")}),
        ([("flashinfer-python", "0.5"), ("flashinfer-jit-cache", "0.5")], set()),
        ([("vllm", "0.11.0")], set()),
        ([("onnxruntime-gpu", "1.31")], {("cudnn", "certain")}),
        ([("onnxruntime-gpu", "1.31"), ("nvidia-cudnn-cu12", "9.1")], {("cudnn", "possible")}),
        ([("ctranslate2", "4.4")], {("libcublas.so.12", "certain"), ("cudnn", "possible")}),
        ([("ctranslate2", "4.4"), ("torch", "2.5")], {("libcublas.so.12", "certain"), ("cudnn", "possible")}),
        ([("jax-cuda12-plugin", "0.5"), ("nvidia-cublas-cu12", "12.4")], set()),
        ([("tensorflow", "2.21"), ("nvidia-cudnn-cu12", "9.1")], set()),
        ([("xformers", "0.0.35"), ("torchcodec", "0.17")], set()),
    ],
)
def test_table(installed: list[tuple[str, str]], expected: set[tuple[str, str]]) -> None:
    assert needing(*installed).found() == expected


def test_tensorflow_without_its_wheels_opens_the_systems_libraries() -> None:
    image = needing(("tensorflow", "2.21"))
    assert {("libcublas.so.12", "certain"), ("ptxas", "certain"), ("cudnn", "certain")} <= image.found()
    assert [image.path(row) for row in image.need("libcublas.so.12").met_by] == [f"{LIB}/libcublas.so.12"]
    assert image.need("libcufft.so").met_by == ()


def test_numba_in_use_needs_nvvm_and_libdevice() -> None:
    image = needing(("numba", "0.60"), text="from numba import cuda\n")
    assert image.found() == {("libnvvm", "certain")}
    assert [image.path(row) for row in image.need("libnvvm").met_by] == [f"{CUDA}/nvvm/libdevice/libdevice.10.bc"]
