"""What `triton` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/triton/_C/libtriton.so", "python:triton"),
    ("usr/local/lib/python3.11/site-packages/triton/language/core.py", None),
    ("opt/conda/x", "conda:triton"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/bin/ptxas", "python:triton"),
    ("usr/local/lib/python3.11/site-packages/tritonclient/x.py", "python:tritonclient"),
    ("opt/tritonserver/bin/tritonserver", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "triton"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "triton"
