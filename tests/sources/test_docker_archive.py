"""Docker archives on disk: every writer's flavour, several images in one, and names that lead elsewhere."""

import hashlib
import json
from pathlib import Path

import pytest

from layerscope.errors import DigestMismatch, ImageNotFound, LimitExceeded, MalformedImage
from tests.images import Compression, Flavour, compress, config, file, layer
from tests.sources.sample import BASE, FLAVOURS, HISTORY, LAYERS, PYTHON, analyze, archive, pack, summary, unpack, write

CONFIG = config(LAYERS, HISTORY)
CONFIG_NAME = f"{hashlib.sha256(CONFIG).hexdigest()}.json"
NAMES = [f"l{number}.tar" for number in range(len(LAYERS))]
FILES = dict(zip(NAMES, LAYERS, strict=True)) | {CONFIG_NAME: CONFIG}


def manifest(**more: object) -> dict[str, bytes]:
    document = {"Config": CONFIG_NAME, "RepoTags": ["sample:latest"], "Layers": NAMES} | more
    return {"manifest.json": json.dumps([document]).encode()}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_flavours(flavour: Flavour, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path, archive(flavour)))
    assert analysis.image.source == "docker-archive"
    assert [layer.diff_id.encoded for layer in analysis.image.layers] == [
        hashlib.sha256(tar).hexdigest() for tar in LAYERS
    ]
    assert analysis.image.image_id.encoded == hashlib.sha256(CONFIG).hexdigest()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_repeated_layer_is_read_once_and_stored_twice(flavour: Flavour, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path, archive(flavour)))
    assert analysis.image.layers[1].blob == analysis.image.layers[3].blob
    assert analysis.layer_totals[1].scan is analysis.layer_totals[3].scan


def test_least(tmp_path: Path) -> None:
    expected = summary(analyze(write(tmp_path, archive("old"))))
    assert summary(analyze(write(tmp_path, pack(FILES | manifest())))) == expected
    # The manifest may come first, its keys in any letters, names with `./`.
    assert summary(analyze(write(tmp_path, pack(manifest() | FILES)))) == expected
    dotted = {f"./{name}": content for name, content in (FILES | manifest()).items()}
    assert summary(analyze(write(tmp_path, pack(dotted)))) == expected


def test_layers_may_be_compressed(tmp_path: Path) -> None:
    # The containerd store saves blobs as they were pulled.
    files = unpack(archive("modern"))
    document = json.loads(files["manifest.json"])
    order: list[Compression] = ["gzip", "zstd", "gzip", "zstd"]
    for number, how in enumerate(order):
        blob = compress(LAYERS[number], how)
        name = f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}"
        files[name] = blob
        document[0]["Layers"][number] = name
    files["manifest.json"] = json.dumps(document).encode()
    expected = summary(analyze(write(tmp_path, archive("old"))))
    found = summary(analyze(write(tmp_path, pack(files))))
    # A layer under two names is two blobs with the same entries.
    assert found["bytes"] == expected["bytes"]
    assert found["categories"] == expected["categories"]


TWO = [("a:1", "b:1"), ("reg.example/c:latest",)]


@pytest.fixture
def two_images(tmp_path: Path) -> str:
    """Return an archive of two images, as `docker save a b` writes it."""
    files: dict[str, bytes] = {}
    documents: list[object] = []
    for tar, tags in zip((BASE, PYTHON), TWO, strict=True):
        one = unpack(archive("lowercase", [tar], tags, history=[]))
        documents += json.loads(one.pop("manifest.json"))
        files |= one
    return write(tmp_path, pack(files | {"manifest.json": json.dumps(documents).encode()}))


@pytest.mark.parametrize(
    ("name", "number"), [("a:1", 0), ("b:1", 0), ("reg.example/c:latest", 1), ("reg.example/c", 1)]
)
@pytest.mark.parametrize("prefix", ["", "docker-archive:"])
def test_one_of_several(two_images: str, name: str, number: int, prefix: str) -> None:
    analysis = analyze(f"{prefix}{two_images}:{name}")
    assert analysis.image.layers[0].diff_id.encoded == hashlib.sha256((BASE, PYTHON)[number]).hexdigest()


@pytest.mark.parametrize("name", ["", ":a", ":a:2", ":c", ":A:1"])
def test_none_of_several(two_images: str, name: str) -> None:
    with pytest.raises(ImageNotFound) as caught:
        analyze(two_images + name)
    for tag in (*TWO[0], *TWO[1]):
        assert tag in str(caught.value)


def test_image_without_names(tmp_path: Path) -> None:
    assert analyze(write(tmp_path, archive("old", tags=()))).is_complete
    path = write(tmp_path, pack(FILES | manifest(RepoTags=None)))
    assert analyze(path).is_complete
    with pytest.raises(ImageNotFound):
        analyze(f"{path}:sample")


def test_platform(tmp_path: Path) -> None:
    path = write(tmp_path, archive("old"))
    assert analyze(path, platform="linux/amd64").is_complete
    with pytest.raises(ImageNotFound, match="linux/amd64"):
        analyze(path, platform="linux/arm64")


# Names outside the archive are looked up inside it, and nowhere else (hostile.md, section 4).
@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "etc/passwd", "../../../../../../etc/passwd"])
def test_layer_name_outside_the_archive(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, pack(FILES | manifest(Layers=[name, *NAMES[1:]])))
    with pytest.raises(MalformedImage, match="etc/passwd"):
        analyze(path)
    with pytest.raises(MalformedImage, match="etc/passwd"):
        analyze(write(tmp_path, pack(FILES | manifest(Config=name))))


@pytest.mark.parametrize("target", ["../../etc/passwd", "/etc/passwd", "l0.tar", "l0.tar/", "../l0.tar/..", "missing"])
def test_link_that_leads_nowhere(target: str, tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != "l0.tar"}
    with pytest.raises(MalformedImage, match=r"l0\.tar"):
        analyze(write(tmp_path, pack(files | manifest(), {"l0.tar": target})))


def test_links_lead_to_members(tmp_path: Path) -> None:
    links = {"d/x": "../e", "e": "./f", "f": "d/../l0.tar", "g": "d", "out": "../../../l0.tar"}
    expected = summary(analyze(write(tmp_path, archive("old"))))
    for name in ("d/x", "e", "f", "g/x", "g/../e", "out"):
        path = write(tmp_path, pack(FILES | manifest(Layers=[name, *NAMES[1:]]), links))
        assert summary(analyze(path)) == expected, name


def test_links_that_are_a_cycle(tmp_path: Path) -> None:
    links = {"a": "b", "b": "a", "c": "c/c", "d": "e/d", "e": "d/e"}
    for name in links:
        with pytest.raises(MalformedImage):
            analyze(write(tmp_path, pack(FILES | manifest(Layers=[name, *NAMES[1:]]), links)))


def test_last_member_of_a_name_counts(tmp_path: Path) -> None:
    decoy = pack({"l0.tar": b"decoy" * 1000, "manifest.json": b"[]"})[:-10240].rstrip(b"\0")
    decoy += bytes(-len(decoy) % 512)
    assert analyze(write(tmp_path, decoy + pack(FILES | manifest()))).is_complete


REFUSED = [
    pytest.param(b"", MalformedImage, id="empty"),
    pytest.param(b"null", MalformedImage, id="null"),
    pytest.param(b"{}", MalformedImage, id="an object"),
    pytest.param(b"[]", ImageNotFound, id="no image"),
    pytest.param(b"[1]", MalformedImage, id="a number for an image"),
    pytest.param(b"[{}]", MalformedImage, id="no config"),
    pytest.param(b'[{"Config": 1}]', MalformedImage, id="a number for the config"),
    pytest.param(b'[{"Config": "missing.json", "Layers": []}]', MalformedImage, id="a missing config"),
    pytest.param(b'[{"Config": "l0.tar", "Layers": []}]', MalformedImage, id="a config that is a tar"),
    pytest.param(json.dumps([{"Config": CONFIG_NAME, "Layers": "x"}]).encode(), MalformedImage, id="a string"),
    pytest.param(json.dumps([{"Config": CONFIG_NAME, "Layers": [1]}]).encode(), MalformedImage, id="a number"),
    pytest.param(json.dumps([{"Config": CONFIG_NAME, "Layers": NAMES[:3]}]).encode(), MalformedImage, id="too few"),
    pytest.param(json.dumps([{"Config": CONFIG_NAME, "Layers": NAMES * 300}]).encode(), LimitExceeded, id="1,200"),
    pytest.param(json.dumps([{"Config": CONFIG_NAME, "Layers": None}]).encode(), MalformedImage, id="null layers"),
    pytest.param(b"[" * 100_000, MalformedImage, id="deep"),
    pytest.param(b" " * (5 << 20), LimitExceeded, id="5 MiB"),
]


@pytest.mark.parametrize(("document", "error"), REFUSED)
def test_manifest_that_is_refused(document: bytes, error: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(error):
        analyze(write(tmp_path, pack(FILES | {"manifest.json": document})))


def test_config_with_other_bytes_than_its_name_says(tmp_path: Path) -> None:
    other = config(LAYERS, HISTORY, architecture="arm64")
    with pytest.raises(DigestMismatch, match=CONFIG_NAME):
        analyze(write(tmp_path, pack(FILES | {CONFIG_NAME: other} | manifest())))
    # A name that is no digest promises nothing.
    path = write(tmp_path, pack(FILES | {"config.json": other} | manifest(Config="config.json")))
    assert analyze(path).is_complete


def test_layer_with_other_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, pack(FILES | {"l0.tar": layer(file("other", b"x"))} | manifest()))
    # By seeking, nothing was promised to be read; with every byte checked, it is found.
    assert not any(item.is_verified for item in analyze(path).layer_totals)
    with pytest.raises(DigestMismatch, match=hashlib.sha256(BASE).hexdigest()):
        analyze(path, verify=True)


def test_layer_that_is_damaged(tmp_path: Path) -> None:
    damaged = bytearray(BASE)
    damaged[1024 + 5] ^= 1  # in the name of the third entry
    for verify in (False, True):
        analysis = analyze(write(tmp_path, pack(FILES | {"l0.tar": bytes(damaged)} | manifest())), verify=verify)
        assert not analysis.is_complete
        assert any("Layer 0 is damaged" in warning for warning in analysis.warnings)


def test_layer_that_is_no_tar(tmp_path: Path) -> None:
    for content in (b"text " * 1000, b'{"a": 1}' * 100, bytes(range(256)) * 10):
        analysis = analyze(write(tmp_path, pack(FILES | {"l0.tar": content} | manifest())))
        assert not analysis.is_complete


def test_sparse_member_is_no_layer_by_its_packed_bytes(tmp_path: Path) -> None:
    # An engine would read the layer with its holes; what we would read is another one.
    from tests.tar.blocks import END, member, pax_of

    values = {"GNU__sparse__major": b"1", "GNU__sparse__minor": b"0", "GNU__sparse__realsize": b"%d" % len(BASE)}
    sparse_map = b"1\n0\n%d\n" % len(BASE)
    sparse = pax_of(**values, GNU__sparse__name=b"l0.tar") + member(b"x", sparse_map.ljust(512, b"\0") + BASE)
    files = {name: content for name, content in FILES.items() if name != "l0.tar"}
    rest = b"".join(member(name.encode(), content) for name, content in (files | manifest()).items())
    try:
        analysis = analyze(write(tmp_path, sparse + rest + END), verify=True)
    except MalformedImage:
        return
    assert analysis.is_complete
