"""What images share, against the archives themselves: tarfile, hashlib and the manifests' own sizes are the judges."""

import hashlib
import io
import json
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import layerscope
from layerscope.many.image_figures import ImageFigures, UnreadImage, summarize
from layerscope.many.sharing import Sharing, find_sharing
from tests.images import Compression, docker_archive, file, hardlink, layer, oci_archive, oci_layout

BASE = layer(file("etc/os-release", b"x" * 500), file("usr/lib/a", b"a" * 70_000), hardlink("usr/lib/b", "usr/lib/a"))
PYTHON = layer(file("usr/bin/python3", b"p" * 30_000))
APP, WORKER = layer(file("app/a", b"app" * 900)), layer(file("app/w", b"worker" * 700))
EMPTY = layer()


def figures(path: Path) -> ImageFigures:
    return summarize(str(path), layerscope.analyze(str(path)))


def in_archive(folder: Path, name: str, layers: Sequence[bytes]) -> Path:
    path = folder / f"{name}.tar"
    path.write_bytes(docker_archive(layers, flavour="podman"))
    return path


def in_layout(folder: Path, name: str, layers: Sequence[bytes], compression: Compression) -> Path:
    path = folder / f"{name}.{compression}.tar"
    path.write_bytes(oci_archive(oci_layout(layers, compression=compression)))
    return path


def naive_layers(path: Path) -> dict[str, int]:
    """Of a docker archive, each layer's content bytes by its sha256."""
    found = {}
    with tarfile.open(path) as archive:
        for name in json.load(archive.extractfile("manifest.json") or io.BytesIO())[0]["Layers"]:
            content = (archive.extractfile(name) or io.BytesIO()).read()
            with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                sizes = sum(member.size for member in tar if member.isreg())
            found[f"sha256:{hashlib.sha256(content).hexdigest()}"] = sizes
    return found


def naive_blobs(path: Path) -> dict[str, int]:
    """Of an OCI archive, each layer blob's size by its digest."""
    with tarfile.open(path) as archive:

        def document(name: str) -> dict[str, list[dict[str, int]]]:
            return dict(json.load(archive.extractfile(name) or io.BytesIO()))

        digest = str(document("index.json")["manifests"][0]["digest"])
        layers = document(f"blobs/sha256/{digest.partition(':')[2]}")["layers"]
        return {str(item["digest"]): item["size"] for item in layers}


def test_layers_and_sums_are_what_the_archives_hold(tmp_path: Path) -> None:
    stacks = {"app": [BASE, PYTHON, APP], "worker": [BASE, PYTHON, WORKER], "tool": [BASE, EMPTY], "alone": [WORKER]}
    paths = [in_archive(tmp_path, name, layers) for name, layers in stacks.items()]
    known = [naive_layers(path) for path in paths]
    counts = Counter(digest for layers in known for digest in layers)
    sharing = find_sharing([figures(path) for path in paths])
    assert {str(item.diff_id): (item.content_bytes, item.images) for item in sharing.layers} == {
        digest: (size, tuple(position for position, layers in enumerate(known) if digest in layers))
        for digest, size in {key: size for layers in known for key, size in layers.items()}.items()
        if counts[digest] > 1
    }
    assert [item.content_bytes for item in sharing.layers] == sorted(
        (item.content_bytes for item in sharing.layers), reverse=True
    )
    assert [(share.shared_bytes, share.own_bytes) for share in sharing.shares if share] == [
        (
            sum(size for digest, size in layers.items() if counts[digest] > 1),
            sum(size for digest, size in layers.items() if counts[digest] == 1),
        )
        for layers in known
    ]
    assert sharing.stored_bytes == sum({key: size for layers in known for key, size in layers.items()}.values())
    assert sharing.is_transfer_estimate


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_pull_of_all_fetches_each_blob_once(tmp_path: Path, compression: Compression) -> None:
    stacks = {"app": [BASE, PYTHON, APP], "worker": [BASE, PYTHON, WORKER], "twice": [APP, PYTHON, APP]}
    paths = [in_layout(tmp_path, name, layers, compression) for name, layers in stacks.items()]
    sharing = find_sharing([figures(path) for path in paths])
    blobs = {digest: size for path in paths for digest, size in naive_blobs(path).items()}
    assert (sharing.transfer_bytes, sharing.is_transfer_estimate) == (sum(blobs.values()), False)
    # A layer that an image lists twice is in its stored bytes twice, as everywhere.
    share = sharing.shares[2]
    assert share is not None
    assert (share.shared_bytes, share.own_bytes) == (2 * 2_700 + 30_000, 0)


def test_one_layer_in_two_compressions_is_shared_and_fetched_twice(tmp_path: Path) -> None:
    paths = [in_layout(tmp_path, "app", [BASE, APP], how) for how in ("gzip", "zstd")]
    sharing = find_sharing([figures(path) for path in paths])
    assert [(item.content_bytes, item.images) for item in sharing.layers] == [(70_500, (0, 1)), (2_700, (0, 1))]
    assert sharing.stored_bytes == 73_200
    assert sharing.transfer_bytes == sum(size for path in paths for size in naive_blobs(path).values())


def test_a_layer_without_a_blob_costs_what_another_images_blob_does(tmp_path: Path) -> None:
    packed, plain = in_layout(tmp_path, "app", [BASE, APP], "gzip"), in_archive(tmp_path, "app", [BASE, APP])
    for paths in ([packed, plain], [plain, packed]):
        sharing = find_sharing([figures(path) for path in paths])
        assert sharing.transfer_bytes == sum(naive_blobs(packed).values())
        assert sharing.is_transfer_estimate


def test_what_could_not_be_read_shares_nothing_and_keeps_its_place(tmp_path: Path) -> None:
    image = figures(in_archive(tmp_path, "app", [BASE, APP]))
    sharing = find_sharing([UnreadImage("a", "gone"), image, UnreadImage("b", "gone"), image])
    assert [share is None for share in sharing.shares] == [True, False, True, False]
    assert [item.images for item in sharing.layers] == [(1, 3), (1, 3)]
    assert find_sharing([UnreadImage("a", "gone")]) == Sharing((), (None,), 0, 0, is_transfer_estimate=False)


def test_a_layer_that_only_claims_a_diff_id_is_not_shared(tmp_path: Path) -> None:
    honest, other = in_archive(tmp_path, "honest", [BASE, APP]), docker_archive([BASE, WORKER], flavour="podman")
    config = hashlib.sha256(APP).hexdigest().encode(), hashlib.sha256(WORKER).hexdigest().encode()
    lying = tmp_path / "lying.tar"
    # The worker's bytes under the application's name; the archive's own configuration is then no longer its digest's.
    with tarfile.open(fileobj=io.BytesIO(other)) as source, tarfile.open(lying, "w") as target:
        documents = {item.name: (source.extractfile(item) or io.BytesIO()).read() for item in source if item.isreg()}
        manifest = json.loads(documents.pop("manifest.json"))[0]
        changed = documents.pop(manifest["Config"]).replace(config[1], config[0])
        manifest["Config"] = f"{hashlib.sha256(changed).hexdigest()}.json"
        for name, content in [*documents.items(), (manifest["Config"], changed)]:
            add(target, name, content)
        add(target, "manifest.json", json.dumps([manifest]).encode())
    sharing = find_sharing([figures(honest), figures(lying)])
    assert [item.content_bytes for item in sharing.layers] == [70_500]
    assert sharing.stored_bytes == 70_500 + 2_700 + 4_200


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
