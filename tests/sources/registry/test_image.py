"""Manifests that are others than promised, of old kinds, ambiguous, or for other machines."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from layerscope.errors import DigestMismatch, ImageError, ImageNotFound, MalformedImage
from layerscope.oci.platform import Platform
from layerscope.pipeline import analyze_image
from layerscope.sources.options import OpenOptions
from tests.images import MANIFEST_TYPE, file, layer
from tests.sources.registry.fake_registry import HASTY, NAME, TAG, FakeRegistry, say, serving
from tests.sources.sample import layout

LAYERS = [layer(file("a", b"a" * 1_000)), layer(file("b", b"b" * 2_000))]
FILES = layout(LAYERS, history=None)
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
HEX = "0" * 64


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def analyze(registry: FakeRegistry, version: str = f":{TAG}", platform: str | None = None) -> Any:
    wish = Platform.parse(platform) if platform else None
    return analyze_image(f"registry:{registry.address}/{NAME}{version}", OpenOptions(wish, registry=HASTY))


def test_other_manifest_than_the_digest_says() -> None:
    with serving(FILES) as registry:
        manifest, kind = registry.documents[f"manifests/{TAG}"]
        good = digest_of(manifest)
        assert analyze(registry, f"@{good}").index.stored_bytes == 3_000
        assert str(analyze(registry, f":{TAG}@{good}").image.manifest_digest) == good
        registry.documents[f"manifests/{good}"] = (manifest + b" ", kind)
        with pytest.raises(DigestMismatch, match="another manifest than sha256"):
            analyze(registry, f"@{good}")


@pytest.mark.parametrize("told", [f"sha256:{HEX}", f"sha512:{HEX * 2}", "sha256:../../etc/passwd", "md5:0"])
def test_registry_tells_another_digest(told: str) -> None:
    with serving(FILES) as registry:
        manifest, kind = registry.documents[f"manifests/{TAG}"]
        registry.answers[f"manifests/{TAG}"] = say(200, manifest, Content_Type=kind, Docker_Content_Digest=told)
        with pytest.raises(ImageError, match=r"another manifest|is not a digest"):
            analyze(registry)


def test_no_digest_told() -> None:
    with serving(FILES) as registry:
        manifest, _ = registry.documents[f"manifests/{TAG}"]
        registry.answers[f"manifests/{TAG}"] = say(200, manifest)
        assert str(analyze(registry).image.manifest_digest) == digest_of(manifest)


@pytest.mark.parametrize(("keep", "more"), [(None, b" "), (0, b"{}"), (0, b""), (-1, b"")])
def test_other_configuration(keep: int | None, more: bytes) -> None:
    with serving(FILES) as registry:
        config = json.loads(registry.documents[f"manifests/{TAG}"][0])["config"]["digest"]
        content, kind = registry.documents[f"blobs/{config}"]
        registry.documents[f"blobs/{config}"] = (content[:keep] + more, kind)
        with pytest.raises(DigestMismatch, match=config):
            analyze(registry)


def top(document: Mapping[str, Any], kind: str) -> FakeRegistry:
    return FakeRegistry({f"manifests/{TAG}": (json.dumps(document).encode(), kind)}, {})


@pytest.mark.parametrize(
    ("document", "kind", "said"),
    [
        (
            {"schemaVersion": 1, "fsLayers": [], "history": []},
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "Docker schema 1 manifest, which is not supported.*skopeo copy",
        ),
        ({"schemaVersion": 2, "manifests": [], "layers": []}, INDEX_TYPE, "both layers and manifests"),
        ({"schemaVersion": 2, "manifests": []}, MANIFEST_TYPE, "which it is not"),
        ({"schemaVersion": 2, "config": {"digest": f"sha256:{HEX}", "size": 2}, "layers": []}, INDEX_TYPE, "it is not"),
        ({"schemaVersion": 2, "manifests": []}, INDEX_TYPE, "holds no image"),
        ({"hello": "world"}, "text/html", "not an image manifest"),
        ({"schemaVersion": 2, "manifests": [{"digest": "sha256:x", "size": 1}]}, INDEX_TYPE, "is not a digest"),
        ({"schemaVersion": 2, "manifests": [{"digest": f"sha256:{HEX}", "size": -1}]}, INDEX_TYPE, "not a descriptor"),
    ],
    ids=["schema 1", "both", "no manifest", "no index", "empty index", "neither", "digest", "size"],
)
def test_manifests_that_are_refused(document: dict[str, Any], kind: str, said: str) -> None:
    with serving(FILES) as registry:
        registry.documents = top(document, kind).documents
        with pytest.raises(ImageError, match=said):
            analyze(registry)


def test_platform_of_this_machine_is_taken_and_no_other_manifest_fetched() -> None:
    host = Platform.of_host()
    images = {str(host): LAYERS, "linux/s390x": LAYERS[:1], "windows/amd64": LAYERS[1:]}
    with serving(layout(images, nested=True, attestation=True, history=None)) as registry:
        assert analyze(registry).image.platform == host
        assert len([asked for asked in registry.asked if asked.what.startswith("manifests/")]) <= 3
        assert analyze(registry, platform="linux/s390x").index.stored_bytes == 1_000
        assert analyze(registry, platform="windows/amd64").index.stored_bytes == 2_000
        with pytest.raises(ImageNotFound, match="image index holds no image for linux/mips"):
            analyze(registry, platform="linux/mips")


def test_only_image_is_taken_whatever_its_platform() -> None:
    with serving(layout({"linux/s390x": LAYERS[:1]}, nested=True, attestation=True, history=None)) as registry:
        assert str(analyze(registry).image.platform) == "linux/s390x"


def test_several_for_other_machines() -> None:
    with (
        serving(layout({"linux/s390x": LAYERS[:1], "linux/mips": LAYERS}, nested=True, history=None)) as registry,
        pytest.raises(ImageNotFound, match=r"holds 2 images: linux/mips, linux/s390x.*--platform"),
    ):
        analyze(registry)


def test_platform_that_was_never_pushed() -> None:
    images = {"linux/s390x": LAYERS[:1], "linux/mips": LAYERS}
    with serving(layout(images, nested=True, history=None)) as registry:
        (_, gone) = (item["digest"] for item in json.loads(registry.documents[f"manifests/{TAG}"][0])["manifests"])
        del registry.documents[f"manifests/{gone}"]
        assert str(analyze(registry).image.platform) == "linux/s390x"
        with pytest.raises(MalformedImage, match=f"has no manifest {gone}"):
            analyze(registry, platform="linux/mips")
