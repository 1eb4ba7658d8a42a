"""Differences between images that were made to differ in known ways."""

import json
import tarfile
from dataclasses import replace
from pathlib import Path

from layerscope.diff.amount import Amount
from layerscope.diff.compare import compare
from layerscope.diff.difference import Difference
from layerscope.diff.verdict import sum_up
from tests.diff.builds import BASE, Step, dist_info, save, side_of
from tests.images import file

CACHE_BYTES = 40_000
APPLICATION: Step = ("COPY app /app", [file("app/main.py", b"print()\n" * 100)])
LIBRARIES: Step = ("RUN pip install --no-cache-dir thing", dist_info("thing", "1.0", 5_000))
CACHE = file("root/.cache/pip/wheels/ab/thing.whl", bytes(range(200)) * (CACHE_BYTES // 200))
WITH_CACHE: Step = ("RUN pip install thing", [*LIBRARIES[1], CACHE])


def stored_bytes(*steps: Step) -> int:
    """What the files of some steps have, by their contents."""
    return sum(len(item.content) for _, items in steps for item in items)


def difference(folder: Path, old: tuple[Step, ...], new: tuple[Step, ...]) -> Difference:
    """Save and compare two builds."""
    return compare(side_of(save(folder / "old.tar", *old)), side_of(save(folder / "new.tar", *new)))


def test_a_pip_cache_that_came(tmp_path: Path) -> None:
    found = difference(tmp_path, (LIBRARIES, APPLICATION), (WITH_CACHE, APPLICATION))
    old_bytes = stored_bytes(BASE, LIBRARIES, APPLICATION)
    assert found.sizes.stored == Amount(old_bytes, old_bytes + CACHE_BYTES, CACHE_BYTES)
    assert found.base.is_changed is False
    assert found.base.base == Amount(100, 100, 0)
    assert found.base.own.delta_bytes == CACHE_BYTES
    changed = [change for change in found.categories if change.stored.delta_bytes]
    assert [(change.id, change.own) for change in changed] == [("pip-cache", Amount(0, CACHE_BYTES, CACHE_BYTES))]
    assert found.packages == ()
    [cache] = [change for change in found.findings if change.id == "pip-cache"]
    assert (cache.kind, cache.reclaimable) == ("new", Amount(0, CACHE_BYTES, CACHE_BYTES))
    assert cache.paths == ("/root/.cache/pip/wheels/ab/thing.whl",)


def test_the_layer_that_changed_and_what_is_fetched_again(tmp_path: Path) -> None:
    found = difference(tmp_path, (LIBRARIES, APPLICATION), (WITH_CACHE, APPLICATION))
    kinds = [(change.kind, change.old_position, change.new_position, change.is_fetched) for change in found.layers]
    assert kinds == [("same", 0, 0, False), ("changed", 1, 1, True), ("same", 2, 2, False)]
    reuse = found.reuse
    assert (reuse.kept_layers, reuse.by_blob.layers, reuse.by_chain.layers) == (1, (1,), (1, 2))
    assert reuse.by_blob.stored_bytes == stored_bytes(WITH_CACHE)
    assert reuse.by_chain.stored_bytes == stored_bytes(WITH_CACHE, APPLICATION)
    assert reuse.broken_at is not None
    assert (reuse.broken_at.position, reuse.broken_at.reason) == (1, "instruction")
    assert reuse.broken_at.old_instruction == LIBRARIES[0]
    assert reuse.broken_at.new_instruction == WITH_CACHE[0]


def blobs(path: Path) -> dict[str, int]:
    """The sizes of the layer blobs of an OCI archive by their digests, as its manifest and its files have them."""
    with tarfile.open(path) as archive:
        members = {info.name: archive.extractfile(info) for info in archive if info.isreg()}
        contents = {name: member.read() for name, member in members.items() if member}
    [manifest] = json.loads(contents["index.json"])["manifests"]
    layers = json.loads(contents[blob_path(manifest["digest"])])["layers"]
    return {item["digest"]: len(contents[blob_path(item["digest"])]) for item in layers}


def blob_path(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


def test_measured_blobs_are_what_is_fetched(tmp_path: Path) -> None:
    old = save(tmp_path / "old.tar", LIBRARIES, APPLICATION, compression="gzip")
    new = save(tmp_path / "new.tar", WITH_CACHE, APPLICATION, compression="gzip")
    found = compare(side_of(old), side_of(new))
    missing = {digest: size for digest, size in blobs(new).items() if digest not in blobs(old)}
    assert found.reuse.by_blob.transfer_bytes == sum(missing.values())
    assert found.reuse.by_blob.transfer_is_estimate is False
    assert found.sizes.transfer == Amount.of(sum(blobs(old).values()), sum(blobs(new).values()))


def test_the_same_layers_in_other_blobs_are_fetched(tmp_path: Path) -> None:
    sides = [side_of(save(tmp_path / f"{name}.tar", APPLICATION, compression=name)) for name in ("gzip", "zstd")]
    reuse = compare(*sides).reuse
    assert (reuse.kept_layers, reuse.by_blob.layers) == (0, (0, 1))
    assert reuse.broken_at is not None
    assert reuse.broken_at.reason == "base"


def test_an_uncompressed_save_has_the_blobs_of_a_compressed_one(tmp_path: Path) -> None:
    saved = side_of(save(tmp_path / "saved.tar", APPLICATION))
    pushed = side_of(save(tmp_path / "pushed.tar", APPLICATION, compression="gzip"))
    for sides in ((saved, pushed), (pushed, saved)):
        found = compare(*sides)
        assert (found.reuse.kept_layers, found.reuse.by_blob.layers, found.reuse.broken_at) == (2, (), None)
        # An estimate and a measure have no difference worth a figure.
        assert found.sizes.transfer.delta_bytes is None
        assert any("measured for one" in warning for warning in found.warnings)


def test_another_base_is_told_apart_from_what_is_on_it(tmp_path: Path) -> None:
    old = side_of(save(tmp_path / "old.tar", APPLICATION))
    layers = [replace(old.layers[0], diff_id="sha256:" + "b" * 64, content_size=old.layers[0].content_size + 7_000)]
    sizes = replace(old.sizes, stored_bytes=old.sizes.stored_bytes + 7_000)
    found = compare(old, replace(old, layers=(*layers, *old.layers[1:]), sizes=sizes))
    assert found.base.is_changed is True
    assert (found.base.base.delta_bytes, found.base.own.delta_bytes) == (7_000, 0)
    assert found.reuse.broken_at is not None
    assert found.reuse.broken_at.reason == "base"
    assert "yours 0 B, the base +7.0 kB" in sum_up(found)[0]


def test_a_base_that_nothing_tells_apart_is_unknown(tmp_path: Path) -> None:
    steps = [{"created_by": "COPY a /"}, {"created_by": "COPY b /"}]
    sides = [side_of(save(tmp_path / f"{name}.tar", (name, [file(name, b"x")]), history=steps)) for name in ("a", "b")]
    found = compare(*sides)
    assert found.base.is_changed is None
    assert found.base.own == Amount(None, None, None)
    assert {change.own.delta_bytes for change in found.categories} == {None}


def test_packages_that_came_went_and_have_another_version(tmp_path: Path) -> None:
    old = [*dist_info("going", "1.0", 300), *dist_info("moving", "1.0", 1_000), *dist_info("staying", "1.0", 50)]
    new = [*dist_info("coming", "2.0", 700), *dist_info("moving", "1.1", 5_000), *dist_info("staying", "1.0", 50)]
    found = difference(tmp_path, (("RUN pip install", old),), (("RUN pip install", new),))
    summary = [(item.name, item.kind, item.old_versions, item.new_versions) for item in found.packages]
    assert summary == [
        ("moving", "version", ("1.0",), ("1.1",)),
        ("coming", "added", (), ("2.0",)),
        ("going", "removed", ("1.0",), ()),
    ]
    assert found.packages[0].stored.delta_bytes == 4_000
    assert found.reuse.broken_at is not None
    assert found.reuse.broken_at.reason == "content"


def test_findings_that_went_are_told(tmp_path: Path) -> None:
    found = difference(tmp_path, (WITH_CACHE,), (LIBRARIES,))
    [cache] = [change for change in found.findings if change.id == "pip-cache"]
    assert (cache.kind, cache.reclaimable.delta_bytes) == ("gone", -CACHE_BYTES)
    assert sum_up(found)[0].startswith("The image shrank by 40.0 kB")
    assert "Mended: pip-cache 40.0 kB" in " ".join(sum_up(found))


def test_an_image_and_itself(tmp_path: Path) -> None:
    found = difference(tmp_path, (LIBRARIES,), (LIBRARIES,))
    assert {change.kind for change in found.layers} == {"same"}
    assert (found.packages, found.findings, found.reuse.by_blob.layers, found.warnings) == ((), (), (), ())
    assert {change.stored.delta_bytes for change in found.categories} == {0}


def test_what_makes_sides_hard_to_compare_is_said(tmp_path: Path) -> None:
    side = side_of(save(tmp_path / "image.tar", APPLICATION))
    other = replace(
        side,
        complete=False,
        purpose="dev",
        tool=replace(side.tool, version="0.0.1"),
        image=replace(side.image, platform="linux/arm64"),
    )
    text = " ".join(compare(side, other).warnings)
    for part in ("new image was read in part", "linux/amd64 and linux/arm64", "prod and dev", "0.0.1"):
        assert part in text
