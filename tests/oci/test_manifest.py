"""Manifests and indexes: told by their own fields, bounded, and refused where two readers could differ."""

import hashlib
import json
from typing import Any

import pytest

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.manifest import ImageIndex, ImageManifest, parse_manifest
from layerscope.oci.platform import Platform
from tests.images import INDEX_TYPE, LAYER_TYPE, MANIFEST_TYPE

DIGEST = "sha256:" + hashlib.sha256(b"x").hexdigest()
BLOB: dict[str, Any] = {"mediaType": LAYER_TYPE, "digest": DIGEST, "size": 1}
MANIFEST: dict[str, Any] = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": BLOB, "layers": [BLOB]}
INDEX: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [BLOB]}


def parse(document: Any) -> ImageManifest | ImageIndex:
    return parse_manifest(json.dumps(document).encode(), "The manifest")


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}


def test_manifest() -> None:
    manifest = parse(MANIFEST | {"annotations": {"a": "b"}, "unknown": [1]})
    assert isinstance(manifest, ImageManifest)
    assert (manifest.annotations, len(manifest.layers)) == ({"a": "b"}, 1)
    (layer,) = manifest.layers
    assert (layer.media_type, str(layer.digest), layer.size_bytes) == (LAYER_TYPE, DIGEST, 1)
    assert str(manifest.config.digest) == DIGEST


def test_index() -> None:
    platform = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    index = parse(INDEX | {"manifests": [BLOB | {"platform": platform, "annotations": {"a": "b"}}, BLOB]})
    assert isinstance(index, ImageIndex)
    first, second = index.manifests
    assert (first.platform, first.annotations) == (Platform("linux", "arm64", "v8"), {"a": "b"})
    assert (second.platform, second.annotations) == (None, {})


@pytest.mark.parametrize("media_type", [None, "application/vnd.docker.distribution.manifest.v2+json", "unknown/type"])
def test_own_media_type_may_be_missing_or_unknown(media_type: str | None) -> None:
    assert isinstance(parse(MANIFEST | {"mediaType": media_type}), ImageManifest)
    assert isinstance(parse(without(MANIFEST, "mediaType")), ImageManifest)
    assert isinstance(parse(without(INDEX, "mediaType")), ImageIndex)


def test_keys_in_any_letter_case() -> None:
    manifest = {"CONFIG": {"Digest": DIGEST, "SIZE": 1}, "Layers": []}
    assert isinstance(parse(manifest), ImageManifest)


REFUSED = [
    # CVE-2021-41190: one tool reads the layers, the other the manifests.
    pytest.param(MANIFEST | {"manifests": [BLOB]}, "both", id="layers and manifests"),
    pytest.param({"layers": [], "manifests": []}, "both", id="layers and manifests, both empty"),
    pytest.param({"LAYERS": [], "Manifests": []}, "both", id="layers and manifests in other letters"),
    pytest.param({"schemaVersion": 1, "fsLayers": []}, "schema 1", id="schema 1"),
    pytest.param({"schemaVersion": 2, "fsLayers": []}, "schema 1", id="schema 1 by its layers"),
    pytest.param({"schemaVersion": 1}, "schema 1", id="schema 1 by its number"),
    pytest.param({}, "no config", id="nothing"),
    pytest.param(without(MANIFEST, "config"), "config", id="no config"),
    pytest.param(MANIFEST | {"config": None}, "config", id="null for the config"),
    pytest.param(MANIFEST | {"config": []}, "config", id="a list for the config"),
    pytest.param(MANIFEST | {"config": DIGEST}, "config", id="a string for the config"),
    pytest.param(MANIFEST | {"layers": {}}, "layers", id="an object for the layers"),
    pytest.param(MANIFEST | {"layers": [DIGEST]}, "layers", id="strings for the layers"),
    pytest.param(MANIFEST | {"layers": [None]}, "layers", id="null for a layer"),
    pytest.param(MANIFEST | {"layers": [without(BLOB, "digest")]}, "digest", id="no digest"),
    pytest.param(MANIFEST | {"layers": [without(BLOB, "size")]}, "size", id="no size"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"size": -1}]}, "size", id="negative size"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"size": "1"}]}, "size", id="a string for the size"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"size": 1.5}]}, "size", id="a broken size"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"size": True}]}, "size", id="true for the size"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"digest": "sha256:../../etc/passwd"}]}, "digest", id="traversal"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"digest": 1}]}, "digest", id="a number for the digest"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"mediaType": 1}]}, "mediaType", id="a number for the media type"),
    pytest.param(MANIFEST | {"layers": [BLOB | {"platform": "x"}]}, "platform", id="a string for the platform"),
    pytest.param(INDEX | {"manifests": {}}, "manifests", id="an object for the manifests"),
    pytest.param(INDEX | {"manifests": [1]}, "manifests", id="numbers for the manifests"),
    pytest.param({"mediaType": INDEX_TYPE, "config": BLOB, "layers": []}, "manifest", id="says index, is a manifest"),
    pytest.param({"mediaType": MANIFEST_TYPE, "manifests": [BLOB]}, "manifest", id="says manifest, is an index"),
    pytest.param(None, "object", id="null"),
    pytest.param([MANIFEST], "object", id="a list"),
]


@pytest.mark.parametrize(("document", "word"), REFUSED)
def test_refused(document: Any, word: str) -> None:
    with pytest.raises(MalformedImage, match=word):
        parse(document)


def test_too_many_layers() -> None:
    layers = parse(MANIFEST | {"layers": [BLOB] * 1_000})
    assert isinstance(layers, ImageManifest)
    with pytest.raises(LimitExceeded, match="1001"):
        parse(MANIFEST | {"layers": [BLOB] * 1_001})


def test_too_many_descriptors() -> None:
    with pytest.raises(LimitExceeded):
        parse(INDEX | {"manifests": [BLOB] * 10_001})
