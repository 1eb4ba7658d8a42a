"""What `wheel-cupti` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cuda_cupti/lib/libnvperf_host.so", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/lib/libcupti.so.13", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/lib/cupti/libcupti.so.2025.1.1", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/lib/cupti/libnvperf_host_static.a", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/cupti.h", "python:nvidia-cuda-cupti"),
]
IGNORES = [
    ("usr/local/cuda-12.4/extras/CUPTI/lib64/libcupti.so.12", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch.so", None),
    ("usr/local/lib/python3.11/site-packages/triton/profiler/x.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cupti"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cupti"
