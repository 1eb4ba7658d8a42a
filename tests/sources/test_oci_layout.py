"""OCI layouts, as folders and in archives: platforms, names, attestations, and blobs that are not theirs."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from layerscope.errors import DigestMismatch, ImageNotFound, LayerscopeError, MalformedImage
from layerscope.oci.platform import Platform
from tests.images import CONFIG_TYPE, MANIFEST_TYPE, compress, oci_archive
from tests.sources.sample import BASE, LAYERS, PYTHON, analyze, layout, summary, write

Files = dict[str, bytes]
PLATFORMS = {"linux/amd64": [BASE], "linux/arm64/v8": [PYTHON], "linux/s390x": [BASE, PYTHON]}
FORMS: dict[str, Callable[[Mapping[str, bytes]], bytes | Mapping[str, bytes]]] = {
    "folder": lambda files: files,
    "archive": oci_archive,
    "archive without folders": lambda files: oci_archive(files, directories=False),
}


@pytest.fixture(params=FORMS)
def put(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Mapping[str, bytes]], str]:
    """Return a function that writes a layout in one of its forms."""
    counter = iter(range(1000))
    return lambda files: write(tmp_path, FORMS[request.param](files), f"layout-{next(counter)}")


def diff_ids(analysis: Any) -> list[str]:
    return [layer.diff_id.encoded for layer in analysis.image.layers]


def hexes(layers: list[bytes]) -> list[str]:
    return [hashlib.sha256(tar).hexdigest() for tar in layers]


def add(files: Files, content: bytes, media_type: str = MANIFEST_TYPE, **more: object) -> dict[str, object]:
    """Add a blob and return its descriptor."""
    digest = hashlib.sha256(content).hexdigest()
    files[f"blobs/sha256/{digest}"] = content
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)} | more


def change(files: Files, edit: Callable[[dict[str, Any]], object]) -> Files:
    """Return a layout of one image whose manifest was edited and sealed again."""
    files = dict(files)
    index = json.loads(files["index.json"])
    manifest = json.loads(files[blob(index["manifests"][0])])
    edit(manifest)
    index["manifests"][0] |= add(files, json.dumps(manifest).encode())
    return files | {"index.json": json.dumps(index).encode()}


def blob(descriptor: Mapping[str, Any]) -> str:
    return "blobs/" + str(descriptor["digest"]).replace(":", "/")


def manifest_of(files: Files) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(files[blob(json.loads(files["index.json"])["manifests"][0])])
    return manifest


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("attestation", [False, True])
def test_one_image(put: Callable[[Files], str], nested: bool, attestation: bool) -> None:
    files = layout(nested=nested, attestation=attestation)
    analysis = analyze(put(files))
    assert diff_ids(analysis) == hexes(list(LAYERS))
    assert analysis.image.source == ("oci-dir" if Path(analysis.image.reference).is_dir() else "oci-archive")
    assert str(analysis.image.manifest_digest).startswith("sha256:")
    assert analysis.is_complete


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_platform(put: Callable[[Files], str], platform: str, nested: bool) -> None:
    path = put(layout(PLATFORMS, nested=nested, attestation=True, history=[]))
    assert diff_ids(analyze(path, platform=platform)) == hexes(PLATFORMS[platform])
    assert diff_ids(analyze(path, platform="/".join(platform.split("/")[:2]))) == hexes(PLATFORMS[platform])


@pytest.mark.parametrize("platform", ["linux/riscv64", "windows/amd64", "linux/arm64/v7"])
def test_platform_that_is_not_there(put: Callable[[Files], str], platform: str) -> None:
    with pytest.raises(ImageNotFound, match=platform):
        analyze(put(layout(PLATFORMS, history=[])), platform=platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_host_decides_where_nobody_wishes(
    put: Callable[[Files], str], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    os_name, architecture, *_ = platform.split("/")
    monkeypatch.setattr(Platform, "of_host", lambda: Platform(os_name, architecture))
    assert diff_ids(analyze(put(layout(PLATFORMS, history=[])))) == hexes(PLATFORMS[platform])


def test_host_that_no_image_is_for(put: Callable[[Files], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Platform, "of_host", lambda: Platform("linux", "riscv64"))
    with pytest.raises(ImageNotFound) as caught:
        analyze(put(layout(PLATFORMS, history=[])))
    for platform in PLATFORMS:
        assert platform in str(caught.value)
    # A single image is the one that is meant, whatever it is for.
    assert analyze(put(layout({"linux/arm64": [BASE]}, history=[]))).is_complete


def test_platforms_that_nobody_fetched(put: Callable[[Files], str]) -> None:
    files = layout(PLATFORMS, history=[])
    index = json.loads(files["index.json"])
    for descriptor in index["manifests"][1:]:
        del files[blob(descriptor)]
    assert diff_ids(analyze(put(files))) == hexes([BASE])
    with pytest.raises(MalformedImage, match="sha256"):
        analyze(put(files), platform="linux/s390x")


def two_names() -> Files:
    first, second = (layout([tar], history=[]) for tar in (BASE, PYTHON))
    descriptors = []
    for files, name in ((first, "one:1"), (second, "registry.example/two:2")):
        descriptor = json.loads(files["index.json"])["manifests"][0]
        descriptors.append(descriptor | {"annotations": {"org.opencontainers.image.ref.name": name}})
    return first | second | {"index.json": json.dumps({"schemaVersion": 2, "manifests": descriptors}).encode()}


@pytest.mark.parametrize(("name", "tar"), [("one:1", BASE), ("registry.example/two:2", PYTHON), ("two:2", PYTHON)])
def test_name(put: Callable[[Files], str], name: str, tar: bytes) -> None:
    assert diff_ids(analyze(f"{put(two_names())}:{name}")) == hexes([tar])


@pytest.mark.parametrize("name", ["", ":three", ":one"])
def test_name_that_is_not_there(put: Callable[[Files], str], name: str) -> None:
    with pytest.raises(ImageNotFound) as caught:
        analyze(put(two_names()) + name)
    assert "one:1" in str(caught.value)
    assert "two:2" in str(caught.value)


def test_missing_blobs(put: Callable[[Files], str]) -> None:
    whole = layout()
    manifest = manifest_of(whole)
    index = json.loads(whole["index.json"])
    for descriptor in (index["manifests"][0], manifest["config"], *manifest["layers"]):
        files = dict(whole)
        del files[blob(descriptor)]
        with pytest.raises(MalformedImage, match=descriptor["digest"].partition(":")[2]):
            analyze(put(files))


def test_blobs_with_other_bytes(put: Callable[[Files], str]) -> None:
    whole = layout()
    manifest = manifest_of(whole)
    index = json.loads(whole["index.json"])
    for descriptor in (index["manifests"][0], manifest["config"], *manifest["layers"]):
        content = bytearray(whole[blob(descriptor)])
        content[len(content) // 2] ^= 1
        with pytest.raises(DigestMismatch, match=descriptor["digest"]):
            analyze(put(whole | {blob(descriptor): bytes(content)}))


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_blobs_that_are_truncated_or_longer(put: Callable[[Files], str], compression: str) -> None:
    whole = layout(compression=compression)
    manifest = manifest_of(whole)
    for descriptor in (manifest["config"], *manifest["layers"]):
        name = blob(descriptor)
        for content in (whole[name][:-1], whole[name] + b"\0", b""):
            with pytest.raises(DigestMismatch):
                analyze(put(whole | {name: content}))


@pytest.mark.parametrize("off_by", [-1, 1, 10**30])
def test_size_that_is_wrong_in_the_manifest(put: Callable[[Files], str], off_by: int) -> None:
    for key in ("config", "layers"):

        def edit(manifest: dict[str, Any], key: str = key) -> None:
            descriptor = manifest[key] if key == "config" else manifest[key][0]
            descriptor["size"] += off_by

        with pytest.raises(DigestMismatch):
            analyze(put(change(layout(), edit)))


def test_diff_id_that_is_another_layers(put: Callable[[Files], str]) -> None:
    def swap(manifest: dict[str, Any]) -> None:
        manifest["layers"][0], manifest["layers"][1] = manifest["layers"][1], manifest["layers"][0]

    with pytest.raises(DigestMismatch, match="Layer"):
        analyze(put(change(layout(), swap)))
    with pytest.raises(DigestMismatch):
        analyze(put(change(layout(compression="none"), swap)), verify=True)


def test_fewer_layers_than_diff_ids(put: Callable[[Files], str]) -> None:
    with pytest.raises(MalformedImage, match="3 layers"):
        analyze(put(change(layout(), lambda manifest: manifest["layers"].pop())))


def test_label_that_lies_is_a_warning(put: Callable[[Files], str]) -> None:
    def relabel(manifest: dict[str, Any]) -> None:
        for descriptor in manifest["layers"]:
            descriptor["mediaType"] = "application/vnd.oci.image.layer.v1.tar+zstd"

    analysis = analyze(put(change(layout(), relabel)))
    assert analysis.is_complete
    assert sum("media type" in warning for warning in analysis.warnings) == 3


def test_unknown_blobs_and_files_do_not_matter(put: Callable[[Files], str]) -> None:
    files = layout()
    expected = summary(analyze(put(files)))
    add(files, b"unreferenced" * 100)
    add(files, compress(b"no tar" * 1000, "gzip"))
    files |= {"README": b"hello", "blobs/sha256/tmp": b"x" * 1000, "blobs/other/abc": b"x" * 1000}
    files["blobs/sha256/.gitkeep"] = compress(b"x" * 1000, "gzip")
    assert summary(analyze(put(files))) == expected


REFUSED = [
    pytest.param(b"", id="empty"),
    pytest.param(b"null", id="null"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b"{}", id="no manifests"),
    pytest.param(b'{"manifests": null}', id="null for the manifests"),
    pytest.param(b'{"manifests": []}', id="no manifest"),
    pytest.param(b'{"manifests": [{}]}', id="an empty descriptor"),
    pytest.param(b'{"manifests": [], "layers": []}', id="layers and manifests"),
    pytest.param(b'{"manifests": [{"digest": "sha256:../../../../etc/passwd", "size": 1}]}', id="path traversal"),
    pytest.param(b'{"manifests": [{"digest": "sha256:' + b"0" * 64 + b'", "size": 1}]}', id="a missing manifest"),
    pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
    pytest.param(b'{"a":' * 100_000, id="deep"),
]


@pytest.mark.parametrize("index", REFUSED)
def test_index_that_is_refused(put: Callable[[Files], str], index: bytes) -> None:
    with pytest.raises((MalformedImage, ImageNotFound)):
        analyze(put(layout() | {"index.json": index}))


def test_errors_leave_no_file_open(put: Callable[[Files], str]) -> None:
    broken = put(layout() | {"index.json": b"{}"})
    missing = dict(layout())
    del missing[blob(manifest_of(missing)["config"])]
    path = put(missing)
    before = open_files()
    for reference in (broken, path, f"{path}:name", broken, path):
        with pytest.raises(LayerscopeError):
            analyze(reference)
    assert open_files() == before


def open_files() -> int:
    """Count this process's descriptors, where the system says."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_blob_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = Path(write(tmp_path, layout(), "layout"))
    pipe = path / blob(manifest_of(layout())["config"])
    pipe.unlink()
    os.mkfifo(pipe)
    caught: list[BaseException] = []

    def work() -> None:
        try:
            analyze(str(path))
        except LayerscopeError as error:
            caught.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(1)
    is_stuck = thread.is_alive()
    if is_stuck:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        thread.join(5)
    assert not is_stuck
    assert len(caught) == 1


def test_blob_that_is_a_folder(tmp_path: Path) -> None:
    path = Path(write(tmp_path, layout(), "layout"))
    name = path / blob(manifest_of(layout())["config"])
    name.unlink()
    name.mkdir()
    with pytest.raises(LayerscopeError):
        analyze(str(path))


def test_artifact_beside_an_image(put: Callable[[Files], str]) -> None:
    # A signature's manifest in the same index: it has no platform and no image.
    files = layout(PLATFORMS, history=[])
    index = json.loads(files["index.json"])
    empty = add(files, b"{}", "application/vnd.oci.empty.v1+json")
    signature = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": empty, "layers": [empty]}
    index["manifests"].append(add(files, json.dumps(signature).encode(), platform={"os": "x", "architecture": "y"}))
    files["index.json"] = json.dumps(index).encode()
    assert diff_ids(analyze(put(files), platform="linux/amd64")) == hexes([BASE])


def test_config_of_another_media_type(put: Callable[[Files], str]) -> None:
    def edit(manifest: dict[str, Any]) -> None:
        manifest["config"]["mediaType"] = CONFIG_TYPE.replace("oci", "acme")

    assert analyze(put(change(layout(), edit))).is_complete
