"""What `cuda-docs` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/doc/x.pdf", None),
    ("usr/local/cuda-11.4/samples/x.cu", None),
    ("usr/local/cuda-12.4/extras/CUPTI/samples/x.cu", None),
    ("usr/local/cuda-12.4/extras/demo_suite/nbody", None),
    ("usr/share/x/y", "dpkg:cuda-documentation-12-4"),
    ("usr/local/cuda/DOCS", None),
]
IGNORES = [
    ("usr/share/doc/cuda-cudart-12-4/copyright", None),
    ("opt/nvidia/nsight-compute/2024.1.1/docs/index.html", None),
    ("usr/local/cuda-12.4/include/x.h", None),
    ("app/samples/x.cu", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-docs"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-docs"
