"""What the rule `devel-base-in-production` finds and what it leaves alone."""

import pytest

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

LAYERS = [[file("usr/local/cuda-12.4/lib64/libcublas_static.a", b"x" * 5_000)], [file("app/serve.py", b"x")]]
DEVEL = ["NVARCH=x86_64", "NV_CUDA_CUDART_VERSION=12.4.127-1", "NV_CUDA_CUDART_DEV_VERSION=12.4.127-1"]


def found(env, owned=None, **more):
    findings = findings_of(LAYERS, config={"Env": env}, owned=owned, base_count=1, **more)
    return only(findings, "devel-base-in-production")


def test_finds_the_variables():
    [finding] = found(DEVEL)
    assert (finding.layers, finding.reclaimable_bytes, finding.who_can_fix) == ((0,), 0, "base")
    assert finding.evidence == ("ENV NV_CUDA_CUDART_DEV_VERSION=12.4.127-1",)


def test_says_what_its_packages_weigh_and_promises_nothing():
    [finding] = found(DEVEL, {"usr/local/cuda-12.4/lib64/libcublas_static.a": "dpkg:libcublas-dev-12-4"})
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (5_000, 0)
    assert "5.0 kB" in finding.evidence[1]


@pytest.mark.parametrize(
    "env",
    [
        ["NV_CUDA_CUDART_VERSION=12.4.127-1", "NV_CUDA_LIB_VERSION=12.4.1-1"],
        ["CUDA_VERSION=12.4.1", "MY_NV_CUDA_CUDART_DEV_VERSION=1"],
        [],
    ],
)
def test_leaves_others_alone(env):
    assert not found(env)


def test_a_little_compiler_is_no_devel_image():
    assert not found([], {"usr/local/cuda-12.4/lib64/libcublas_static.a": "dpkg:cuda-nvcc-12-4"})


def test_not_for_development():
    assert not found(DEVEL, purpose=Purpose.DEV)
    assert not found(DEVEL, purpose=Purpose.CI)
