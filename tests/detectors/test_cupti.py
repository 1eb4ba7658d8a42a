"""What `cupti` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/extras/CUPTI/lib64/libcupti.so.12", None),
    ("usr/local/cuda-12.4/extras/CUPTI/include/cupti.h", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libnvperf_host.so", None),
    ("usr/share/x/y", "dpkg:cuda-cupti-12-4"),
    ("usr/lib/x86_64-linux-gnu/libcupti.so.11.5", "dpkg:libcupti11.5"),
]
IGNORES = [
    ("usr/local/cuda-12.4/extras/CUPTI/lib64/libcupti_static.a", None),
    ("usr/local/cuda-12.4/extras/CUPTI/samples/x.cu", None),
    ("usr/lib/python3/site-packages/nvidia/cuda_cupti/lib/libcupti.so.12", None),
    ("app/libcheckpoint.so", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cupti"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cupti"
