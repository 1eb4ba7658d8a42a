"""A plan made in a Dockerfile: what FROM names, what is in the patch, and what the image would be after it."""

from pathlib import Path

import pytest

import layerscope
from layerscope.base_image.detected import Confidence, DetectedBase, Family
from layerscope.patched import applied_plan, patch_plan, switched_reference
from layerscope.report.patch import render_patch
from layerscope.switching.candidate import Candidate
from tests.images import file
from tests.needs.needing import application, need_linker_tools, torch_with_wheels
from tests.switching.images import analyzed, base_image, candidate

PIP = "RUN /bin/sh -c pip install torch # buildkit"
APP = "COPY app /app # buildkit"
DOCKERFILE = """\
# The service.
FROM registry.example/mirror/nvidia/cuda:12.4.1-devel-ubuntu22.04@sha256:{digest}

RUN pip install torch
COPY app /app
CMD ["python3", "/app/serve.py"]
""".format(digest="0" * 64)


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def analysis_with(tmp_path: Path, dockerfile: str, source: str = "") -> layerscope.Analysis:
    """The analysis of an image with its Dockerfile."""
    cache = file("root/.cache/pip/http-v2/a/b/c/d/e/abcdef.body", b"PK\x03\x04" + b"w" * 2_000_000)
    app = application(source) if source else application()
    analyzed(tmp_path, base_image(), (PIP, [*torch_with_wheels(), cache]), (APP, [app]))
    path = tmp_path / "Dockerfile"
    path.write_text(dockerfile)
    return layerscope.analyze(str(tmp_path / "image-0.tar"), dockerfile=path)


def test_the_whole_plan_in_one_patch(tmp_path: Path) -> None:
    analysis = analysis_with(tmp_path, DOCKERFILE)
    assert analysis.dockerfile is not None
    made = patch_plan(analysis.dockerfile, analysis.plan, analysis.detected_base)
    assert made.text == DOCKERFILE.replace(
        f"FROM registry.example/mirror/nvidia/cuda:12.4.1-devel-ubuntu22.04@sha256:{'0' * 64}\n",
        "FROM ubuntu:22.04\nENV NVIDIA_VISIBLE_DEVICES=all\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility\n",
    ).replace("pip install torch", "pip install --no-cache-dir torch")
    assert {step.id for step in made.applied} >= {"switch", "pip-cache"}
    after = applied_plan(made, analysis.index, analysis.transfer)
    rebuilt = analyzed(tmp_path, base_image(None), (PIP, torch_with_wheels()), (APP, [application()]))
    assert after.predicted_stored_bytes == rebuilt.index.stored_bytes
    text = render_patch(analysis).decode()
    assert f"({rebuilt.index.stored_bytes} bytes)" in text
    assert "+FROM ubuntu:22.04\n" in text


def test_what_compiles_gets_a_second_stage(tmp_path: Path) -> None:
    """One of the wheels is built from source, which wants the compiler of devel."""
    made_of = "RUN pip install torch flash-attn"
    image = tmp_path / "image-0.tar"
    analyzed(
        tmp_path,
        base_image(),
        (f"RUN /bin/sh -c {made_of[4:]} # buildkit", torch_with_wheels()),
        (APP, [application()]),
    )
    path = tmp_path / "Dockerfile"
    path.write_text(DOCKERFILE.replace("RUN pip install torch", made_of))
    analysis = layerscope.analyze(str(image), dockerfile=path)
    assert analysis.dockerfile is not None
    found = candidate(analysis, "none")
    assert found.needs_two_stages
    assert {"/usr/local/lib/python3.11/site-packages", "/app"} <= set(found.copied_folders)
    made = patch_plan(analysis.dockerfile, analysis.plan, analysis.detected_base)
    lines = made.text.splitlines()
    assert lines[1].endswith(f"@sha256:{'0' * 64} AS build")
    assert "FROM ubuntu:22.04" in lines
    assert "COPY --from=build /app /app" in lines
    assert lines[-1] == 'CMD ["python3", "/app/serve.py"]'


def test_without_a_dockerfile_there_is_nothing_to_patch(tmp_path: Path) -> None:
    text = render_patch(analyzed(tmp_path, base_image(), (APP, [application()]))).decode()
    assert text.startswith("# There is no Dockerfile to patch")
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("nvidia/cuda:12.4.1-devel-ubuntu22.04", "nvidia/cuda:12.4.1-base-ubuntu22.04"),
        (
            "mirror.example:5000/nvidia/cuda:12.4.1-devel-ubuntu22.04",
            "mirror.example:5000/nvidia/cuda:12.4.1-base-ubuntu22.04",
        ),
        ("company/cuda:12.4.1-devel", "company/cuda:12.4.1-base"),
        ("company/cuda-devel:2024-1", "nvidia/cuda:12.4.1-base-ubuntu22.04"),
        ("company/develop:12-develop", "nvidia/cuda:12.4.1-base-ubuntu22.04"),
        (None, "nvidia/cuda:12.4.1-base-ubuntu22.04"),
    ],
)
def test_what_from_is_to_name(tmp_path: Path, today: str | None, expected: str) -> None:
    analysis = analyzed(tmp_path, base_image(), (APP, [application()]))
    assert switched_reference(today, analysis.detected_base, candidate(analysis, "base")) == expected


def test_cudnns_version_in_a_tag_goes_with_the_variant(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, base_image(), (APP, [application()]))
    base = DetectedBase(
        Family.NVIDIA_CUDA, "nvidia/cuda", "cudnn-devel", "12.4.1", None, "amd64", None, (), Confidence.LOW, ()
    )
    found: Candidate = candidate(analysis, "runtime")
    today = "company/images:12.4.1-cudnn9-devel"
    assert switched_reference(today, base, found) == "company/images:12.4.1-runtime"
