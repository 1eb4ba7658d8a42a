"""Wheels without GPU support are offered only where nothing says that a GPU is used."""

from pathlib import Path

import pytest

from layerscope.switching.candidate import Verdict
from tests.images import file
from tests.needs.needing import SITE, application, distribution, library, need_linker_tools, torch_with_wheels
from tests.switching.images import analyzed, base_image

PIP = "RUN /bin/sh -c pip install --no-cache-dir torch # buildkit"
APP = "COPY app /app # buildkit"
QUIET = "import torch\n\nprint(torch.ones(3).sum())\n"


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def test_torch_on_a_plain_system(tmp_path: Path) -> None:
    steps = ((PIP, torch_with_wheels()), (APP, [application(QUIET)]))
    analysis = analyzed(tmp_path, base_image(None), *steps)
    [found] = analysis.candidates
    assert (found.variant, found.verdict) == ("cpu-wheels", Verdict.CONDITIONAL)
    gone = {analysis.index.path(row).decode() for row in found.removed_rows.tolist()}
    assert f"{SITE}/nvidia/cublas/lib/libcublas.so.12" in gone
    assert f"{SITE}/torch/lib/libtorch_cuda.so" in gone
    assert f"{SITE}/torch/lib/libc10.so" not in gone
    assert found.saves_bytes == sum(analysis.index.entry(row).size for row in found.removed_rows.tolist())
    # Nobody can tell that for the owner, so it is neither recommended nor planned.
    assert analysis.recommended is None
    assert all(step.switch is None for step in analysis.plan.steps)


@pytest.mark.parametrize(
    "source",
    ["import torch\nx.cuda()\n", "model.to('cuda')\n", "torch.cuda.is_available()\n", "load(device_map='auto')\n"],
)
def test_source_that_asks_for_a_gpu(tmp_path: Path, source: str) -> None:
    steps = ((PIP, torch_with_wheels()), (APP, [application(source)]))
    assert analyzed(tmp_path, base_image(None), *steps).candidates == ()


def test_an_environment_or_a_package_for_gpus(tmp_path: Path) -> None:
    steps = ((PIP, torch_with_wheels()), (APP, [application(QUIET)]))
    assert analyzed(tmp_path, base_image(None), *steps, env=["NVIDIA_VISIBLE_DEVICES=all"]).candidates == ()
    more = [*torch_with_wheels(), *distribution("vllm", "0.6.0", library(f"{SITE}/vllm/_C.abi3.so"))]
    assert analyzed(tmp_path, base_image(None), (PIP, more), steps[1]).candidates == ()


def test_without_an_application_nothing_is_known(tmp_path: Path) -> None:
    weights = file("models/weights.bin", b"w")
    assert analyzed(tmp_path, base_image(None), (PIP, torch_with_wheels()), (APP, [weights])).candidates == ()
