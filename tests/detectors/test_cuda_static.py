"""What `cuda-static` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublasLt_static.a", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/stubs/libcuda.so", None),
    ("usr/local/cuda/lib64/libcudart_static.a", None),
    ("usr/local/cuda-12.4/extras/CUPTI/lib64/libnvperf_host_static.a", None),
    ("usr/lib/x86_64-linux-gnu/libcudnn_ops_infer_static_v8.a", None),
    ("usr/lib/x86_64-linux-gnu/libnccl_static.a", None),
    ("usr/lib64/libnvinfer_static.a", None),
]
IGNORES = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublasLt.so.12", None),
    ("usr/lib/x86_64-linux-gnu/libc.a", None),
    ("usr/lib/python3/site-packages/triton/backends/nvidia/lib/cupti/libcupti_static.a", None),
    ("app/stubs/x.pyi", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-static"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-static"
