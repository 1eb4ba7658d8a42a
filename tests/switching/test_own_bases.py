"""Bases that a company declares: derivatives and copies of NVIDIA's are candidates for one another."""

import hashlib
from pathlib import Path

import pytest

from layerscope.analysis import Analysis
from layerscope.base_image.detected import Family, OwnBase
from layerscope.pipeline import analyze_image
from layerscope.switching.candidate import Verdict
from tests.images import Item, file, layer
from tests.needs.needing import application, need_linker_tools, torch_with_wheels
from tests.switching.images import Base, analyzed, base_image, candidate

STEPS = (
    ("RUN /bin/sh -c pip install --no-cache-dir torch # buildkit", torch_with_wheels()),
    ("COPY app /app", [application()]),
)
TOOLS: list[Item] = [file("opt/company/agent", b"a" * 40_009, mode=0o755)]


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def company(variant: str) -> Base:
    """Return NVIDIA's base with the company's own layer on it."""
    base = base_image(variant)
    step: dict[str, object] = {"created_by": "COPY agent /opt/company/agent # buildkit"}
    return Base([*base.layers, TOOLS], [*base.history, step], base.env)


def diff_ids(base: Base) -> tuple[str, ...]:
    """Return what an engine would call the layers."""
    return tuple("sha256:" + hashlib.sha256(layer(*items)).hexdigest() for items in base.layers)


def analyzed_with(tmp_path: Path, own_bases: tuple[OwnBase, ...]) -> Analysis:
    analyzed(tmp_path, company("devel"), *STEPS)
    return analyze_image(str(tmp_path / "image-0.tar"), own_bases=own_bases)


def declared(variant: str, *, has_layers: bool) -> OwnBase:
    parent = f"nvidia/cuda:12.4.1-{variant}-ubuntu22.04"
    return OwnBase(
        f"company/cuda:{variant}",
        variant=variant,
        parent=parent,
        layers=diff_ids(company(variant)) if has_layers else (),
        packages=() if has_layers else ("cuda-cudart-12-4", "cuda-compat-12-4"),
    )


def test_a_derivative_is_switched_to_another_one_of_its_kind(tmp_path: Path) -> None:
    """Both are declared by their layers, of which they share the lowest ones and not the company's own."""
    own_bases = (declared("devel", has_layers=True), declared("base", has_layers=False))
    analysis = analyzed_with(tmp_path, own_bases)
    assert analysis.detected_base is not None
    assert (analysis.detected_base.family, analysis.detected_base.name) == (Family.OWN, "company/cuda:devel")
    found = candidate(analysis, "base")
    assert (found.reference, found.verdict) == ("company/cuda:base", Verdict.SAFE)
    rebuilt = analyzed(tmp_path, company("base"), *STEPS)
    # Told by packages, so dpkg's own records of them are estimated.
    assert found.predicted_stored_bytes == pytest.approx(rebuilt.index.stored_bytes, rel=0.01)


def test_one_whose_layers_are_all_there_is_predicted_to_the_byte(tmp_path: Path) -> None:
    """The company's devel is built on its runtime: what goes are the layers above that."""
    runtime = company("runtime")
    devel = base_image("devel")
    stacked = Base(
        [*runtime.layers, devel.layers[-1]],
        [*runtime.history, *devel.history[len(base_image("runtime").history) :]],
        devel.env,
    )
    own_bases = (
        OwnBase("company/cuda:devel", "devel", "nvidia/cuda:12.4.1-devel-ubuntu22.04", layers=diff_ids(stacked)),
        OwnBase("company/cuda:runtime", "runtime", "nvidia/cuda:12.4.1-runtime-ubuntu22.04", layers=diff_ids(runtime)),
    )
    analyzed(tmp_path, stacked, *STEPS)
    analysis = analyze_image(str(tmp_path / "image-0.tar"), own_bases=own_bases)
    found = candidate(analysis, "runtime")
    assert found.reference == "company/cuda:runtime"
    rebuilt = analyzed(tmp_path, runtime, *STEPS)
    assert found.predicted_stored_bytes == rebuilt.index.stored_bytes


def test_another_cuda_is_no_candidate(tmp_path: Path) -> None:
    other = OwnBase("company/cuda:11", "base", "nvidia/cuda:11.8.0-base-ubuntu22.04", packages=("cuda-cudart-11-8",))
    analysis = analyzed_with(tmp_path, (declared("devel", has_layers=True), other))
    assert "company/cuda:11" not in {item.reference for item in analysis.candidates}
