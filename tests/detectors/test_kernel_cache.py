"""What `kernel-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.triton/cache/00ab/kernel.cubin", None),
    ("tmp/torchinductor_root/ab/x.py", None),
    ("root/.cache/torch/inductor/x", None),
    ("root/.nv/ComputeCache/0/1/x", None),
    ("root/.cache/flashinfer/90/x.so", None),
    ("root/.cache/vllm/torch_compile_cache/x", None),
    ("root/.cupy/kernel_cache/x.cubin", None),
    ("root/.cache/torch_extensions/py311_cu124/x.so", None),
]
IGNORES = [
    ("root/.cache/torch/hub/checkpoints/resnet.pth", None),
    ("app/triton/cache.py", None),
    ("usr/lib/python3/site-packages/triton/runtime/cache.py", None),
    ("root/.cache/vllm/assets/x.jpg", None),
    ("root/.triton/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "kernel-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "kernel-cache"
