"""What references that labels and annotations declare are made of."""

import pytest

from layerscope.base_image.detected import Family
from layerscope.base_image.labels import BASE_NAME, declared_base


@pytest.mark.parametrize(
    ("reference", "family", "name", "tag"),
    [
        ("docker.io/library/python:3.12-slim", Family.PYTHON, "python", "3.12-slim"),
        ("ubuntu:22.04", Family.DISTRO, "ubuntu", "22.04"),
        ("localhost:5000/debian", Family.DISTRO, "debian", None),
        ("gcr.io/distroless/python3-debian12:nonroot", Family.DISTROLESS, "distroless/python3-debian12", "nonroot"),
        ("nvcr.io/nvidia/pytorch:25.10-py3", Family.NGC, "nvidia/pytorch", "25.10-py3"),
        ("nvcr.io/nvidia/cuda:12.4.1-base-ubi9", Family.NVIDIA_CUDA, "nvidia/cuda", "12.4.1-base-ubi9"),
        ("corp.example.org/mirror/pytorch/pytorch:2.5.1", Family.PYTORCH, "mirror/pytorch/pytorch", "2.5.1"),
        ("corp.example.org/ml/base:7@sha256:" + "a" * 64, None, "ml/base", "7"),
        ("alpine:\x1b[31m", Family.DISTRO, "alpine", None),
        ("alpine:" + "a" * 129, Family.DISTRO, "alpine", None),
    ],
)
def test_references(reference, family, name, tag):
    found = declared_base({BASE_NAME: reference}, {})
    assert found is not None
    assert (found.family, found.name, found.tag) == (family, name, tag)


def test_an_annotation_comes_before_a_label():
    found = declared_base({BASE_NAME: "debian:12"}, {BASE_NAME: "ubuntu:24.04"})
    assert found is not None
    assert (found.name, found.witness.text) == ("ubuntu", f"Annotation {BASE_NAME} is ubuntu:24.04")
    assert declared_base({BASE_NAME: " "}, {}) is None
