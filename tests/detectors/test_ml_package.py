"""What `ml-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/transformers/x.py", "python:transformers"),
    ("usr/local/lib/python3.11/site-packages/flash_attn/x.so", "python:flash_attn"),
    ("usr/local/lib/python3.11/site-packages/vllm/_C.so", "python:vllm"),
    ("usr/local/lib/python3.11/site-packages/numpy.libs/libopenblas.so", "python:numpy"),
    ("usr/local/lib/python3.11/site-packages/cv2/cv2.so", "python:opencv-python-headless"),
    ("usr/local/lib/python3.11/site-packages/x", "python:onnxruntime-gpu"),
    ("usr/local/lib/python3.11/site-packages/torchvision/_C.so", "python:torchvision"),
    ("opt/conda/lib/libx.so", "conda:scipy"),
    ("opt/conda/lib/libmkl_core.so", "conda:mkl"),
    ("usr/local/lib/python3.11/site-packages/x", "python:Pillow"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/requests/x.py", "python:requests"),
    ("usr/local/lib/python3.11/site-packages/numpydoc/x.py", "python:numpydoc"),
    ("usr/local/lib/python3.11/site-packages/torchvision.libs/libcudart.3eda8113.so.13", "python:torchvision"),
    ("usr/share/x/y", "dpkg:python3-numpy"),
    ("usr/local/lib/python3.11/site-packages/raylib/x.so", "python:raylib"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "ml-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "ml-package"
