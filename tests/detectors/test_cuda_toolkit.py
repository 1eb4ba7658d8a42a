"""What `cuda-toolkit` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/version.json", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcufile.so.1.9.1", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libnvToolsExt.so.1", None),
    ("opt/nvidia/nvidia_entrypoint.sh", None),
    ("etc/ld.so.conf.d/x", "dpkg:cuda-toolkit-12-4-config-common"),
    ("usr/share/keyrings/cuda-archive-keyring.gpg", "dpkg:cuda-keyring"),
    ("usr/share/x/y", "rpm:cuda-toolkit-config-common"),
    ("usr/share/x/y", "dpkg:libcufile-12-8"),
]
IGNORES = [
    ("usr/local/lib/python3.10/dist-packages/nvidia/cudnn/lib/libcudnn.so.9", "python:nvidia-cudnn-cu12"),
    ("usr/share/doc/libnccl2/copyright", "dpkg:libnccl2"),
    ("usr/local/cudabox/x", None),
    ("opt/nvidia-tools/x", None),
    ("home/me/cuda/x", None),
    ("app/cuda/kernel.cu", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-toolkit"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-toolkit"
