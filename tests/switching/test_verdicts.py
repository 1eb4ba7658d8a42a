"""Who would miss what: no application is told that a base is safe which lacks what it needs, and none is frightened."""

from pathlib import Path

import pytest

from layerscope.switching.candidate import Verdict
from tests.images import Item, file
from tests.needs.needing import application, distribution, library, need_linker_tools, program, torch_with_wheels
from tests.switching.images import additions, analyzed, base_image, candidate

pytestmark = pytest.mark.usefixtures("_tools")

APP = "COPY app /app # buildkit"
PIP = "RUN /bin/sh -c pip install --no-cache-dir torch # buildkit"


@pytest.fixture
def _tools() -> None:
    need_linker_tools()


def copied(*items: Item) -> tuple[str, list[Item]]:
    """Return the step that copies an application."""
    return APP, list(items)


def test_torch_with_its_wheels_needs_nothing(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, base_image(), (PIP, torch_with_wheels()), copied(application()))
    assert {item.variant: item.verdict for item in analysis.candidates} == dict.fromkeys(
        ("none", "base", "runtime"), Verdict.SAFE
    )
    assert not any(item.add for item in analysis.candidates)
    assert analysis.recommended is candidate(analysis, "none")
    assert any("cuda-compat goes too" in text for text in candidate(analysis, "none").evidence)
    assert not any("cuda-compat" in text for text in candidate(analysis, "base").evidence)
    assert candidate(analysis, "base").reference == "nvidia/cuda:12.4.1-base-ubuntu22.04"
    assert candidate(analysis, "none").reference == "ubuntu:22.04"
    assert candidate(analysis, "none").environment == (
        "NVIDIA_VISIBLE_DEVICES=all",
        "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
    )


def test_an_application_linked_to_the_systems_cublas(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, base_image(), copied(program("app/run", "libcublas.so.12")))
    base, runtime, none = (candidate(analysis, name) for name in ("base", "runtime", "none"))
    assert (runtime.verdict, base.verdict, none.verdict) == (Verdict.SAFE, Verdict.CONDITIONAL, Verdict.UNSAFE)
    assert additions(base) == {("libcublas-12-4", True)}
    assert any("/app/run loads libcublas.so.12" in text for text in base.evidence)
    assert any("No package is known" in text for text in none.evidence)
    cublas_use = next(use for use in analysis.loaded_libraries if use.soname == "libcublas.so.12")
    assert [analysis.index.path(row) for row in cublas_use.loaded_by] == [b"app/run"]
    assert [analysis.index.path(loss.row) for loss in cublas_use.losses] == [b"app/run"]
    # The library comes back, so its bytes are not promised: nobody needs curand, which lies in the same layer.
    cublas = sum(total.stored_bytes for total in analysis.package_totals if total.package.name == "libcublas-12-4")
    assert cublas > 300_007
    assert base.add[0].stored_bytes == cublas
    devel_bytes = runtime.saves_bytes
    runtime_layer = analysis.layer_totals[2].content_bytes
    assert base.saves_bytes == devel_bytes + runtime_layer - cublas


def test_one_that_opens_it_by_name(tmp_path: Path) -> None:
    source = 'import ctypes\n\nctypes.CDLL("libcublas.so.12")\n'
    analysis = analyzed(tmp_path, base_image(), copied(application(source)))
    assert candidate(analysis, "base").verdict is Verdict.CONDITIONAL
    assert additions(candidate(analysis, "base")) == {("libcublas-12-4", True)}
    assert candidate(analysis, "none").verdict is Verdict.UNSAFE
    assert candidate(analysis, "runtime").verdict is Verdict.SAFE


def test_a_library_that_no_package_owns_cannot_be_added(tmp_path: Path) -> None:
    base = base_image()
    base.layers[2].append(library("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcufft.so.11"))
    analysis = analyzed(tmp_path, base, copied(program("app/run", "libcufft.so.11")))
    assert candidate(analysis, "base").verdict is Verdict.UNSAFE
    assert candidate(analysis, "runtime").verdict is Verdict.SAFE


def test_deepspeed_compiles_when_it_is_used(tmp_path: Path) -> None:
    items = [*torch_with_wheels(), *distribution("deepspeed", "0.15.0")]
    analysis = analyzed(tmp_path, base_image(), (PIP, items), copied(application("import deepspeed\n")))
    for variant in ("base", "runtime"):
        found = candidate(analysis, variant)
        assert found.verdict is Verdict.CONDITIONAL
        assert {"gcc", "libc6-dev"} <= {item.what for item in found.add}
        assert any("deepspeed 0.15.0" in text for text in found.evidence)


def test_load_inline_wants_nvcc_headers_and_a_compiler(tmp_path: Path) -> None:
    source = "from torch.utils.cpp_extension import load_inline\n\nload_inline('x', cuda_sources=[''])\n"
    analysis = analyzed(tmp_path, base_image(), (PIP, torch_with_wheels()), copied(application(source)))
    for variant in ("base", "runtime"):
        found = candidate(analysis, variant)
        assert found.verdict is Verdict.CONDITIONAL
        assert {("cuda-nvcc-12-4", True), ("cuda-cudart-dev-12-4", True), ("gcc", True)} <= additions(found)
    assert candidate(analysis, "none").verdict is Verdict.UNSAFE


def test_torch_compile_wants_a_c_compiler_and_pythons_headers(tmp_path: Path) -> None:
    source = "import torch\n\nmodel = torch.compile(model)\n"
    analysis = analyzed(tmp_path, base_image(), (PIP, torch_with_wheels()), copied(application(source)))
    for variant in ("none", "base", "runtime"):
        found = candidate(analysis, variant)
        assert found.verdict is Verdict.CONDITIONAL
        assert additions(found) == {("gcc", True), ("libc6-dev", True), ("python3-dev", True)}
        assert found.certain_additions == ("gcc", "libc6-dev", "python3-dev")
    base = candidate(analysis, "base")
    assert [item.stored_bytes for item in base.add] == [75_004, 0, 3_001]
    assert "apt-get install -y --no-install-recommends gcc libc6-dev python3-dev" in " ".join(base.dockerfile)


def test_the_same_name_of_another_cuda_is_not_the_same_library(tmp_path: Path) -> None:
    """libcurand.so.10 is in CUDA 11, 12 and 13; what the application would find instead is of another major."""
    other = library("opt/old/libcurand.so.10", "libcudart.so.11.0")
    app = program("app/run", "libcurand.so.10")
    conf = file("etc/ld.so.conf.d/zz_old.conf", b"/opt/old\n")
    base = base_image()
    base.layers[2].append(library("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcurand.so.10", "libcudart.so.12"))
    analysis = analyzed(tmp_path, base, copied(other, conf, app))
    assert candidate(analysis, "base").verdict is not Verdict.SAFE


def test_what_a_step_of_its_own_compiles_needs_two_stages(tmp_path: Path) -> None:
    built = (
        "RUN /bin/sh -c cmake -S /src -B /build && make -C /build install # buildkit",
        [file("opt/app/bin/x", b"x")],
    )
    analysis = analyzed(tmp_path, base_image(), (PIP, torch_with_wheels()), built, copied(application()))
    found = candidate(analysis, "base")
    assert found.needs_two_stages
    assert found.verdict is Verdict.CONDITIONAL
    assert found.dockerfile[0] == "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build"
    assert "FROM nvidia/cuda:12.4.1-base-ubuntu22.04" in found.dockerfile
    copies = {line.split()[-1] for line in found.dockerfile if line.startswith("COPY --from=build")}
    assert {"/usr/local/lib/python3.11/site-packages", "/opt/app", "/app"} <= copies


def test_profilers_that_the_command_runs_cannot_be_spared(tmp_path: Path) -> None:
    source = "import subprocess\n\nsubprocess.run(['nvcc', 'x.cu'])\n"
    found = candidate(analyzed(tmp_path, base_image(), copied(application(source))), "base")
    assert found.verdict is Verdict.CONDITIONAL
    assert additions(found) == {("cuda-nvcc-12-4", False)}
    # Whether it does is for the owner to say, so the addition is told and not counted.
    assert found.certain_additions == ()


def test_an_image_without_cuda_below_has_no_candidates(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, base_image(None), copied(application()))
    assert analysis.candidates == ()
    assert analysis.recommended is None
    assert analysis.needs == ()
