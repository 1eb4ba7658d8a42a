"""Archives that pass by: what is missing, wrong or too much in a stream is an error at its end, never a guess."""

import hashlib
import json
import sys

import pytest

from layerscope.errors import DigestMismatch, ImageNotFound, LayerscopeError, MalformedImage
from tests.images import config, file, layer, oci_archive
from tests.sources.sample import BASE, LAYERS, PYTHON, analyze, archive, layout, pack, summary, unpack
from tests.sources.test_equal_sources import Input
from tests.sources.test_oci_layout import PLATFORMS, change, diff_ids, hexes


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch):
    """Return a function that analyzes bytes from standard input."""

    def analyze_bytes(content: bytes, platform: str | None = None):
        monkeypatch.setattr(sys, "stdin", Input(content))
        return analyze("-", platform=platform)

    return analyze_bytes


@pytest.mark.parametrize(
    "content", [b"", b"text", b"text " * 1000, bytes(range(256)) * 10, b"\x1f\x8b", b"\x1f\x8bjunk"]
)
def test_no_archive(piped, content: bytes) -> None:
    with pytest.raises(MalformedImage):
        piped(content)


@pytest.mark.parametrize("content", [bytes(10240), BASE, pack({"manifest": b"[]"})])
def test_tar_that_is_no_image(piped, content: bytes) -> None:
    with pytest.raises(MalformedImage, match="no image"):
        piped(content)


def test_documents_before_and_after_layers(piped) -> None:
    files = unpack(archive("podman"))
    forwards = summary(piped(pack(files)))
    assert summary(piped(pack(dict(reversed(files.items()))))) == forwards


def test_layer_with_other_bytes(piped) -> None:
    files = unpack(archive("podman"))
    name = f"{hashlib.sha256(BASE).hexdigest()}.tar"
    with pytest.raises(DigestMismatch, match=name[:-4]):
        piped(pack(files | {name: layer(file("other", b"x"))}))
    files = unpack(archive("modern"))
    name = f"blobs/sha256/{hashlib.sha256(BASE).hexdigest()}"
    with pytest.raises(DigestMismatch, match=hashlib.sha256(BASE).hexdigest()):
        piped(pack(files | {name: layer(file("other", b"x"))}))


def test_missing_layer(piped) -> None:
    files = unpack(archive("podman"))
    name = f"{hashlib.sha256(BASE).hexdigest()}.tar"
    del files[name]
    with pytest.raises(LayerscopeError, match=name[:-4]):
        piped(pack(files))


def test_layer_that_is_no_tar(piped) -> None:
    files = unpack(archive("podman"))
    name = f"{hashlib.sha256(BASE).hexdigest()}.tar"
    for content in (b"text " * 1000, b'{"a": 1}' * 100):
        with pytest.raises(LayerscopeError):
            piped(pack(files | {name: content}))


def test_config_with_other_bytes(piped) -> None:
    files = unpack(archive("podman"))
    name = next(name for name in files if name.endswith(".json") and len(name) > 64)
    with pytest.raises(DigestMismatch):
        piped(pack(files | {name: config(LAYERS, [], architecture="arm64")}))


def test_wrong_size_in_an_oci_manifest(piped) -> None:
    def edit(manifest: dict[str, list[dict[str, int]]]) -> None:
        manifest["layers"][0]["size"] += 1

    with pytest.raises(DigestMismatch):
        piped(oci_archive(change(layout(), edit)))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_platform_in_a_stream(piped, platform: str) -> None:
    content = oci_archive(layout(PLATFORMS, nested=True, attestation=True, history=[]))
    assert diff_ids(piped(content, platform=platform)) == hexes(PLATFORMS[platform])


def test_several_images_in_a_stream(piped) -> None:
    files: dict[str, bytes] = {}
    documents: list[object] = []
    for tar, tag in ((BASE, "a:1"), (PYTHON, "b:2")):
        one = unpack(archive("lowercase", [tar], (tag,), history=[]))
        documents += json.loads(one.pop("manifest.json"))
        files |= one
    with pytest.raises(ImageNotFound, match=r"a:1, b:2"):
        piped(pack(files | {"manifest.json": json.dumps(documents).encode()}))


def test_unreferenced_members_do_not_matter(piped) -> None:
    files = unpack(oci_archive(layout()))
    expected = summary(piped(pack(files)))
    more = {
        "blobs/sha256/.gitkeep": b"\x1f\x8b junk",
        "blobs/sha384/" + "0" * 96: BASE,
        "notes.tar": BASE,
        "broken.tar": BASE[:1000] + b"x" * 5000,
        "archive.xz": b"\xfd7zXZ\0" + bytes(600),
        "large.json": b"{" + b" " * (21 << 20) + b"}",
        "not.json": b"[" * 10_000,
    }
    for name, content in more.items():
        assert summary(piped(pack({name: content} | files))) == expected, name


def test_too_many_documents(piped) -> None:
    documents = {f"{number}.json": b"{" + b" " * (19 << 20) + b"}" for number in range(7)}
    with pytest.raises(LayerscopeError, match="JSON"):
        piped(pack(documents))
