"""What `installer` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("tmp/vim_9.deb", None),
    ("root/cuda_12.4.1_550.54.15_linux.run", None),
    ("opt/Miniconda3-latest-Linux-x86_64.sh", None),
    ("root/Miniforge3-Linux-x86_64.sh", None),
    ("tmp/build/openmpi-4.1.tar.gz", None),
    ("usr/src/ffmpeg.tar.xz", None),
    ("opt/cudnn-linux-x86_64-9.1.0_cuda12-archive.tar.xz", None),
    ("x.rpm", None),
    ("var/cuda-repo-ubuntu2204-12-4-local/libcublas.deb", "dpkg:cuda-repo-ubuntu2204-12-4-local"),
    ("var/nv-tensorrt-local-repo-ubuntu2204-10.0.1/x", "dpkg:nv-tensorrt-local-repo-ubuntu2204-10.0.1"),
    ("app/vendor/libtorch-shared-with-deps-2.5.1.zip", None),
]
IGNORES = [
    ("var/cache/apt/archives/vim.deb", None),
    ("app/data/train.tar.gz", None),
    ("app/run.sh", None),
    ("app/service/run", None),
    ("usr/share/x/test.deb", "dpkg:x"),
    ("opt/app/assets.zip", None),
    ("var/lib/cuda/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "installer"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "installer"
