"""A quick look against the whole analysis of the same image, from every source, and against what registries log."""

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.errors import ImageNotFound, MalformedImage
from layerscope.outline.outline import ELSEWHERE, Outline
from layerscope.outline.take import take_outline
from layerscope.sources.options import OpenOptions
from tests.engine.registries import Registry, sent_blobs, served_registry
from tests.images import compress, file, layer
from tests.sources.registry.fake_registry import HASTY, serving
from tests.sources.sample import AGAIN, BASE, HISTORY, PYTHON, archive, layout, write
from tests.tables.lazy import (
    STARGZ_DIGEST,
    Converter,
    LazyLayer,
    chunked_entries,
    modern_chunked,
    read_layout,
    sha256,
    skopeo_chunked,
    write_lazy,
)
from tests.tools import tool

PLAIN = layer(file("plain", b"p" * 500))
_SENT_PART = re.compile(r'"GET /v2/\S+/blobs/(sha256:[0-9a-f]{64}) \S+" 206 (\d+) ')


@dataclass(frozen=True, slots=True)
class Lazy:
    """Images in a registry and in folders, all layers with tables or all but one."""

    registry: Registry
    folder: Path
    layers: dict[str, list[LazyLayer]]

    def reference(self, name: str) -> str:
        """Return an image's name in the registry."""
        return f"registry:{self.registry.address}/lazy:{name}"


@pytest.fixture(scope="module")
def lazy(tmp_path_factory: pytest.TempPathFactory, estargz: Converter) -> Iterator[Lazy]:
    """Serve the sample image as eStargz, as zstd:chunked, as a mixture, and with a layer that has no table."""
    folder = tmp_path_factory.mktemp("lazy")
    chunked = read_layout(skopeo_chunked(tmp_path_factory.mktemp("chunked"), [BASE, PYTHON, AGAIN]))
    stargz = [estargz(tar) for tar in (BASE, PYTHON, AGAIN)]
    plain = write_lazy(folder / "plain", [LazyLayer(PLAIN, PLAIN, "application/vnd.oci.image.layer.v1.tar", {})])
    images = {
        "estargz": [*stargz, stargz[1]],
        "chunked": [*chunked, chunked[1]],
        "mixed": [stargz[0], chunked[1], modern_chunked(AGAIN), chunked[1]],
        "partly": [stargz[0], *read_plain(plain), chunked[1]],
    }
    with served_registry(folder) as registry:
        for name, layers in images.items():
            history = HISTORY if len(layers) == 4 else None
            made = write_lazy(folder / name, layers, history=history)
            command = [tool("skopeo"), "copy", "--quiet", "--dest-tls-verify=false", f"oci:{made}"]
            to = f"docker://{registry.address}/lazy:{name}"
            subprocess.run([*command, to], check=True, capture_output=True, timeout=60)
        yield Lazy(registry, folder, images)


def read_plain(folder: Path) -> list[LazyLayer]:
    """Return the one layer, compressed without a table."""
    assert folder.is_dir()
    blob = subprocess.run([tool("gzip"), "-c"], input=PLAIN, capture_output=True, check=True, timeout=60).stdout
    return [LazyLayer(blob, PLAIN, "application/vnd.oci.image.layer.v1.tar+gzip", {})]


def quick(reference: str) -> Outline:
    """Take a quick look without ever asking an engine to pull."""
    return take_outline(reference, OpenOptions(pull="never"))


def rows(index: Any) -> list[tuple[bytes, int, int, int, int]]:
    """Return what is said of each row, without what only contents tell."""
    return [
        (
            index.path(row),
            int(index.layers[row]),
            int(index.kinds[row]),
            int(index.sizes[row]),
            int(index.hidden_by[row]),
        )
        for row in range(len(index))
    ]


@pytest.mark.parametrize("name", ["estargz", "chunked", "mixed"])
def test_the_same_as_the_whole_analysis(lazy: Lazy, name: str) -> None:
    found, whole = quick(lazy.reference(name)), layerscope.analyze(lazy.reference(name), pull="never")
    assert found.is_whole
    assert found.whole is not None
    index = found.whole.index
    assert rows(index) == rows(whole.index)
    assert (index.stored_bytes, index.live_bytes, index.superseded_bytes, index.duplicate_bytes) == (
        whole.index.stored_bytes,
        whole.index.live_bytes,
        whole.index.superseded_bytes,
        whole.index.duplicate_bytes,
    )
    assert [(group.cause, group.rows) for group in index.superseded] == [
        (group.cause, group.rows) for group in whole.index.superseded
    ]
    assert [group.rows for group in index.duplicates] == [group.rows for group in whole.index.duplicates]
    assert found.transfer_bytes == whole.transfer.measured_bytes
    assert found.base == whole.base
    assert found.whole.superseded_of_layers == tuple(total.superseded_bytes for total in whole.layer_totals)
    assert whole.is_complete
    assert not any("table of contents" in warning for warning in whole.warnings)


def test_duplicates_are_those_of_the_image(lazy: Lazy) -> None:
    """By hand: a library, its copy, and again with another mode; its second name is no copy."""
    found = quick(lazy.reference("chunked")).whole
    assert found is not None
    assert [(group.bytes_each, len(group.rows)) for group in found.index.duplicates] == [(20_004, 3)]


@pytest.mark.parametrize("name", ["estargz", "chunked", "mixed", "partly"])
def test_no_more_than_tables_is_fetched(tmp_path: Path, lazy: Lazy, name: str) -> None:
    with served_registry(tmp_path, store=lazy.folder / "store") as registry:
        found = quick(f"registry:{registry.address}/lazy:{name}")
        asked = "\n".join(line for line in registry.requests().splitlines() if "layerscope/" in line)
    assert set(sent_blobs(asked)) == {str(found.image.image_id)}
    parts: dict[str, list[int]] = {}
    for digest, size in _SENT_PART.findall(asked):
        parts.setdefault(digest, []).append(int(size))
    for item in found.layers:
        place = item.table.place if item.table else None
        # Of zstd:chunked the manifest says where the table is; all others end with a few bytes that do.
        expected = [place.packed_bytes] if place else []
        expected = expected if place and place.unpacked_bytes is not None else [64, *expected]
        assert parts[str(item.layer.digest)] == expected
    assert set(parts) == {str(item.layer.digest) for item in found.layers}


def test_a_layer_without_a_table(lazy: Lazy) -> None:
    found = quick(lazy.reference("partly"))
    assert [item.reason for item in found.layers] == [None, "It has no table of contents.", None]
    assert (found.is_whole, found.is_damaged, found.whole, found.listed_layers) == (False, False, None, 2)
    assert found.listing is not None
    assert {int(number) for number in found.listing.index.layers} == {0, 2}
    assert found.transfer_bytes == sum(len(item.blob) for item in lazy.layers["partly"])


def test_layouts_and_archives_on_disk(tmp_path: Path, lazy: Lazy) -> None:
    expected = rows_of(quick(lazy.reference("mixed")))
    folder = lazy.folder / "mixed"
    with tarfile.open(tmp_path / "oci.tar", "w") as tar:
        tar.add(folder, ".")
    for reference in (str(folder), str(tmp_path / "oci.tar")):
        found = quick(reference)
        assert rows_of(found) == expected
        assert found.is_whole


def rows_of(outline: Outline) -> list[Any]:
    assert outline.listing is not None
    return rows(outline.listing.index)


def test_sources_without_tables(tmp_path: Path) -> None:
    path = write(tmp_path, archive("old"))
    for reference in (path, write(tmp_path, layout(), "layout"), write(tmp_path, layout(compression="none"), "none")):
        found = quick(reference)
        assert {item.reason for item in found.layers} == {"It has no table of contents."}
        assert found.listing is None
        assert not found.is_damaged
        assert [item.layer.history for item in found.layers] == [
            item.history for item in layerscope.analyze(reference, pull="never").image.layers
        ]
    assert quick(path).transfer_bytes is None
    assert quick(str(tmp_path / "none")).transfer_bytes is None
    whole = layerscope.analyze(str(tmp_path / "layout"), pull="never")
    assert quick(str(tmp_path / "layout")).transfer_bytes == whole.transfer.measured_bytes


def test_an_archive_that_passes_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = archive("old")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = quick("-")
    assert {item.reason for item in found.layers} == {"Its source gives no parts of it."}
    assert str(found.image.image_id) == str(quick(write(tmp_path, content)).image.image_id)


def test_an_image_without_layers(tmp_path: Path) -> None:
    found = quick(str(write_lazy(tmp_path / "empty", [])))
    assert found.is_whole
    assert found.whole is not None
    assert found.whole.index.stored_bytes == 0


def test_a_table_that_is_not_the_promised_one(tmp_path: Path) -> None:
    lazy = modern_chunked(BASE)
    promise = next(name for name in lazy.annotations if name.endswith("checksum"))
    liar = LazyLayer(lazy.blob, lazy.tar, lazy.media_type, lazy.annotations | {promise: sha256(b"")})
    found = quick(str(write_lazy(tmp_path / "image", [liar, modern_chunked(PLAIN)])))
    assert [item.is_damaged for item in found.layers] == [True, False]
    assert found.is_damaged
    assert found.layers[0].table is None
    assert [warning for warning in found.warnings if "layer 0" in warning and "other bytes" in warning]


def test_a_blob_of_another_length(tmp_path: Path) -> None:
    lazy = modern_chunked(BASE)
    folder = write_lazy(tmp_path / "image", [lazy])
    with (folder / "blobs/sha256" / sha256(lazy.blob).removeprefix("sha256:")).open("ab") as blob:
        blob.write(b"more")
    [item] = quick(str(folder)).layers
    assert item.is_damaged
    assert item.reason is not None
    assert "its manifest says" in item.reason


def test_a_missing_blob(tmp_path: Path) -> None:
    lazy = modern_chunked(BASE)
    folder = write_lazy(tmp_path / "image", [lazy])
    (folder / "blobs/sha256" / sha256(lazy.blob).removeprefix("sha256:")).unlink()
    [item] = quick(str(folder)).layers
    assert item.table is None
    assert "has no blobs/sha256" in str(item.reason)


def test_a_missing_image(lazy: Lazy, tmp_path: Path) -> None:
    with pytest.raises(ImageNotFound):
        quick(f"registry:{lazy.registry.address}/lazy:none")
    with pytest.raises(MalformedImage):
        quick(str(tmp_path))


def test_a_registry_without_ranges(tmp_path: Path) -> None:
    """It is asked for a part and begins to send all: nothing is known, and nothing is wrong with the image."""
    lazy = modern_chunked(BASE)
    folder = write_lazy(tmp_path / "image", [lazy])
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def whole(handler: Any) -> None:
        handler.say(200, lazy.blob)

    with serving(files, {f"blobs/{sha256(lazy.blob)}": whole}) as registry:
        outline = take_outline(registry.reference, OpenOptions(registry=HASTY))
        analysis = registry.analyze()
    [item] = outline.layers
    assert not item.is_damaged
    assert "sends no parts of blobs" in str(item.reason)
    assert outline.warnings == (f"The files of layer 0 are not known: {item.reason}",)
    assert analysis.is_complete
    assert not any("sends no parts" in warning for warning in analysis.warnings)


def test_a_table_elsewhere(tmp_path: Path) -> None:
    lazy = LazyLayer(compress(BASE, "gzip"), BASE, "", {STARGZ_DIGEST: sha256(b"elsewhere")})
    reference = str(write_lazy(tmp_path / "image", [lazy]))
    found = quick(reference)
    assert found.warnings == (f"The files of layer 0 are not known: {ELSEWHERE}",)
    assert not found.is_damaged
    assert not any("table of contents" in warning for warning in layerscope.analyze(reference, pull="never").warnings)


def test_a_table_that_lists_other_files(tmp_path: Path) -> None:
    """Two images in one: what the table says is told, and the whole analysis tells that the layer says otherwise."""
    entries = [entry for entry in chunked_entries(BASE) if entry["name"] != "usr/lib/copy.so"]
    lazy = modern_chunked(BASE, entries=[*entries, {"type": "reg", "name": "etc/cron.d/made-up", "size": 5}])
    reference = str(write_lazy(tmp_path / "image", [lazy]))
    found, whole = quick(reference), layerscope.analyze(reference, pull="never")
    assert found.listing is not None
    assert b"etc/cron.d/made-up" in [path for path, *_ in rows(found.listing.index)]
    assert b"usr/lib/copy.so" in [path for path, *_ in rows(whole.index)]
    told = "Its table of contents lists other files than it has, so engines may show either"
    assert f"Layer 0: {told}: /etc/cron.d/made-up, /usr/lib/copy.so." in whole.warnings


def test_a_broken_table_is_told_by_the_whole_analysis(tmp_path: Path) -> None:
    lazy = modern_chunked(BASE, table=b"{}")
    whole = layerscope.analyze(str(write_lazy(tmp_path / "image", [lazy])), pull="never")
    assert whole.is_complete
    assert any(warning.startswith("Layer 0: A table of contents is none") for warning in whole.warnings)
