"""What `cuda-debug` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/bin/cuda-gdb", None),
    ("usr/local/cuda-12.4/bin/cuda-gdb-python3.11-tui", None),
    ("usr/local/cuda-12.4/compute-sanitizer/x.so", None),
    ("usr/local/cuda-12.4/extras/Debugger/include/cudadebugger.h", None),
    ("usr/local/cuda-12.4/libnvvp/x.jar", None),
    ("usr/local/cuda-12.4/nsightee_plugins/x", None),
    ("usr/local/cuda-12.4/bin/nvprof", None),
    ("usr/share/x/y", "dpkg:cuda-gdb-12-4"),
    ("usr/share/x/y", "rpm:cuda-sanitizer-12-4"),
    ("usr/share/x/y", "dpkg:cuda-nvvp-12-8"),
]
IGNORES = [
    ("usr/bin/gdb", None),
    ("usr/local/cuda-12.4/bin/nvcc", None),
    ("usr/share/x/y", "dpkg:cuda-nsight-compute-12-4"),
    ("opt/nvidia/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-debug"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-debug"
