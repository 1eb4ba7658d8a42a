"""Finding one manifest through indexes: bounded in depth and in the work that a few bytes can ask for."""

import hashlib
import json
from contextlib import suppress

import pytest

from layerscope.errors import ImageError, ImageNotFound, LimitExceeded, MalformedImage
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.manifest import ImageIndex, parse_manifest
from layerscope.sources.oci_image import ImageFinder, find_image
from tests.images import CONFIG_TYPE, INDEX_TYPE, MANIFEST_TYPE, config


class Blobs:
    """Blobs in memory; counts how often one is read."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.reads = 0

    def add(self, document: object, media_type: str) -> dict[str, object]:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.contents[digest] = content
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def read(self, descriptor: Descriptor, limit_bytes: int) -> bytes:
        self.reads += 1
        return self.contents[str(descriptor.digest)][: limit_bytes + 1]

    def image(self) -> dict[str, object]:
        inner = self.add(config([]), CONFIG_TYPE)
        return self.add({"schemaVersion": 2, "config": inner, "layers": []}, MANIFEST_TYPE)

    def find(self, *manifests: dict[str, object]) -> Descriptor:
        index = parse_manifest(json.dumps({"manifests": manifests}).encode(), "index.json")
        assert isinstance(index, ImageIndex)
        return ImageFinder(self.read, None).find(index, None)[0]


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_nested(depth: int) -> None:
    blobs = Blobs()
    descriptor = image = blobs.image()
    for _ in range(depth):
        descriptor = blobs.add({"manifests": [descriptor]}, INDEX_TYPE)
    assert str(blobs.find(descriptor).digest) == image["digest"]


def test_annotations_of_the_manifest_stay_with_the_image() -> None:
    blobs = Blobs()
    inner = blobs.add(config([]), CONFIG_TYPE)
    notes = {"org.opencontainers.image.base.name": "docker.io/nvidia/cuda:12.4.1-devel-ubuntu22.04"}
    document = {"schemaVersion": 2, "config": inner, "layers": [], "annotations": notes}
    descriptor = blobs.add(document, MANIFEST_TYPE)
    index = parse_manifest(json.dumps({"manifests": [descriptor]}).encode(), "index.json")
    assert isinstance(index, ImageIndex)
    image = find_image(ImageFinder(blobs.read, None), index, None, reference="x", source="oci-dir")
    assert image.annotations == notes


def test_nested_too_deep() -> None:
    blobs = Blobs()
    descriptor = blobs.image()
    for _ in range(8):
        descriptor = blobs.add({"manifests": [descriptor]}, INDEX_TYPE)
    with pytest.raises(MalformedImage, match="nested"):
        blobs.find(descriptor)


def test_same_image_twice_is_one() -> None:
    blobs = Blobs()
    image = blobs.image()
    nested = blobs.add({"manifests": [image, image]}, INDEX_TYPE)
    assert str(blobs.find(image, nested, nested).digest) == image["digest"]


def test_index_of_the_same_index_many_times() -> None:
    # 60 descriptors at each of three levels are 216,000 manifests, 10,000 at each of four more than anyone can read.
    blobs = Blobs()
    descriptor = blobs.image()
    for _ in range(3):
        descriptor = blobs.add({"manifests": [descriptor] * 60}, INDEX_TYPE)
    with suppress(LimitExceeded):
        blobs.find(descriptor)
    assert blobs.reads <= 10_000


def test_wide_index_of_different_indexes() -> None:
    blobs = Blobs()
    image = blobs.image()
    level = [blobs.add({"manifests": [image], "annotations": {"n": str(n)}}, INDEX_TYPE) for n in range(50)]
    level = [blobs.add({"manifests": level, "annotations": {"n": str(n)}}, INDEX_TYPE) for n in range(50)]
    level = [blobs.add({"manifests": level, "annotations": {"n": str(n)}}, INDEX_TYPE) for n in range(20)]
    with suppress(LimitExceeded):
        blobs.find(*level)
    assert blobs.reads <= 10_000


def test_manifest_that_is_too_large() -> None:
    blobs = Blobs()
    with pytest.raises(ImageError):
        blobs.find(blobs.add(b" " * (5 << 20), MANIFEST_TYPE))


def test_nothing_but_attestations() -> None:
    blobs = Blobs()
    image = blobs.image() | {"platform": {"os": "unknown", "architecture": "unknown"}}
    with pytest.raises(ImageNotFound):
        blobs.find(image)
    assert blobs.reads == 0
