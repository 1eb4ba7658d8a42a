"""What `nsight-systems` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("opt/nvidia/nsight-systems/2024.6.2/bin/nsys", None),
    ("usr/local/cuda-12.4/nsight-systems-2024.1/x", None),
    ("usr/share/x/y", "dpkg:nsight-systems-2024.6.2"),
    ("usr/share/x/y", "dpkg:cuda-nsight-systems-12-8"),
    ("usr/local/cuda-12.4/bin/nsys", None),
]
IGNORES = [
    ("opt/nvidia/nsight-compute/2024.1.1/ncu", None),
    ("usr/share/x/y", "dpkg:cuda-nsight-12-8"),
    ("app/nsys.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "nsight-systems"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "nsight-systems"
