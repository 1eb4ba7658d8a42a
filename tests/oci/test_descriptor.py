"""Descriptors: sizes beyond any blob are harmless numbers, attestations are told from images."""

import pytest

from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.document import JsonObject
from layerscope.oci.platform import Platform

DIGEST = Digest.of(b"x")
BLOB = {"digest": str(DIGEST), "size": 1}


def read(**values: object) -> Descriptor:
    return Descriptor.read(JsonObject(BLOB | values, "x"))


def test_plain() -> None:
    assert read() == Descriptor("", DIGEST, 1)
    assert read(size=10**30).size_bytes == 10**30
    assert read(size=0).size_bytes == 0


ATTESTATIONS = [
    ({}, False),
    ({"platform": {"os": "linux", "architecture": "amd64"}}, False),
    ({"platform": {"os": "unknown", "architecture": "unknown"}}, True),
    ({"platform": {"os": "unknown", "architecture": "amd64"}}, False),
    ({"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}, True),
    ({"annotations": {"other": "x"}}, False),
]


@pytest.mark.parametrize(("values", "expected"), ATTESTATIONS, ids=range(len(ATTESTATIONS)))
def test_attestation(values: dict[str, object], expected: bool) -> None:
    assert read(**values).is_attestation is expected


def test_platform() -> None:
    assert read(platform={"OS": "linux", "architecture": "arm", "variant": "v7"}).platform == Platform(
        "linux", "arm", "v7"
    )
    assert read(platform=None).platform is None
