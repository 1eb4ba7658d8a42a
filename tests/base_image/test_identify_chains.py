"""Every tag of nvidia/cuda whose Dockerfiles are known, as it is, and under an application, by either builder."""

import pytest

from layerscope.base_image.detected import Confidence, Family
from tests.base_image.cuda_chains import LAYERS_OF_DEB, LAYERS_OF_RPM, STAGES, all_tags, cuda_image
from tests.base_image.identifying import found_in
from tests.images import file

APP_BUILDKIT = (
    "0 WORKDIR /app",
    "RUN /bin/sh -c pip install --no-cache-dir torch==2.5.1 # buildkit",
    "COPY . /app # buildkit",
    '0 CMD ["python3" "serve.py"]',
)
APP_LEGACY = (
    "/bin/sh -c apt-get update && apt-get install -y python3 python3-pip vim gdb",
    "/bin/sh -c #(nop) COPY dir:99da7b9fa77400d81a529e8a2ca72847190949718033873e3d7b670043e5dd69 in /app ",
    '0 /bin/sh -c #(nop)  CMD ["python3" "/app/serve.py"]',
)
APP_FILES = (file("app/serve.py", b"import torch\n"),)


def test_all_chains_are_there():
    assert len(set(all_tags())) == 215


@pytest.mark.parametrize("tag", all_tags())
@pytest.mark.parametrize("is_legacy", [False, True], ids=["buildkit", "legacy"])
def test_under_an_application(tag, is_legacy):
    base = cuda_image(tag, is_legacy=is_legacy)
    app = APP_LEGACY if is_legacy else APP_BUILDKIT
    found = found_in((*base.steps, *app), (base.root, APP_FILES), config=base.config)
    assert (found.family, found.name, found.architecture) == (Family.NVIDIA_CUDA, "nvidia/cuda", "amd64")
    assert (found.variant, found.cuda, found.os, found.tag) == (base.variant, base.cuda, base.os, tag)
    assert found.layers == tuple(range(base.layers))
    counts = LAYERS_OF_DEB if base.os.startswith("ubuntu") else LAYERS_OF_RPM
    stages = [(stage, counts[stage]) for stage in STAGES[base.variant]]
    assert [(stage.variant, stage.layers) for stage in found.stages] == [("os", 1), *stages]
    assert found.confidence is Confidence.HIGH, found.evidence
    assert {witness.source for witness in found.evidence} >= {"history", "environment", "files", "os-release"}


@pytest.mark.parametrize("tag", all_tags()[::7])
def test_an_image_that_is_the_base_itself(tag):
    base = cuda_image(tag)
    found = found_in(base.steps, (base.root,), config=base.config)
    assert (found.tag, found.layers, found.confidence) == (tag, tuple(range(base.layers)), Confidence.HIGH)


@pytest.mark.parametrize("tag", all_tags()[::3])
def test_squashed_with_its_environment(tag):
    base = cuda_image(tag)
    found = found_in(("RUN /bin/sh -c make # buildkit",), ((*base.root, *APP_FILES),), config=base.config)
    assert (found.tag, found.layers, found.confidence) == (tag, (), Confidence.MEDIUM)


@pytest.mark.parametrize("tag", [tag for tag in all_tags() if "ubuntu" in tag][::3])
def test_squashed_without_environment(tag):
    base = cuda_image(tag)
    found = found_in((), ((*base.root, *APP_FILES),))
    assert (found.family, found.variant, found.os, found.layers) == (
        Family.NVIDIA_CUDA,
        base.variant,
        base.os,
        (),
    )
    # Two CUDA releases may share their base's packages, and then the patch number is not known.
    assert (found.cuda, found.tag) in {(base.cuda, tag), (base.cuda.rpartition(".")[0], None)}
    assert found.confidence is Confidence.MEDIUM
