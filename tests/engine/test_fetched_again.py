"""What a comparison says is fetched again, against what a registry is really asked for and what it keeps."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import layerscope
from layerscope.diff.compare import compare
from layerscope.diff.difference import Difference, Fetch
from layerscope.diff.read_side import read_side
from layerscope.diff.side import Side
from layerscope.report.json import render_json
from tests.engine.registries import Registry, sent_blobs, served_registry
from tests.engine.tools import EngineImages, call

pytestmark = pytest.mark.engine

STEPS = (
    "COPY first /first\nCOPY second /second\nRUN mkdir /made && cat /first /second > /made/both\nCOPY third /third\n"
)
# New in every run, since an engine fetches no layer that an earlier run left in it.
OLD = {"first": os.urandom(300_000), "second": os.urandom(200_000), "third": os.urandom(100_000)}
NEW = OLD | {"second": os.urandom(210_000)}


@dataclass(frozen=True, slots=True)
class Builds:
    """Two builds in a registry and in no engine; `pushed` are the blobs that the second push added to it."""

    registry: Registry
    old: str
    new: str
    pushed: dict[str, int]

    def layers(self, reference: str) -> dict[str, int]:
        """The sizes of an image's layers by their digests, as its manifest in the registry has them."""
        manifest = json.loads(call("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{reference}"))
        return {item["digest"]: item["size"] for item in manifest["layers"]}

    def fetched(self, *command: str) -> dict[str, int]:
        """The layers of the new image that the registry sends while a command runs."""
        before = len(self.registry.requests())
        call(*command)
        sent, layers = sent_blobs(self.registry.requests()[before:]), self.layers(self.new)
        return {digest: size for digest, size in sent.items() if digest in layers}


@pytest.fixture(scope="module")
def builds(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    """Build twice, the second time with another file for the second instruction, and push both."""
    with served_registry(tmp_path_factory.mktemp("registry")) as registry:
        names = [f"{registry.address}/build:{number}" for number in range(2)]
        engine_images.names.extend(names)
        kept: list[dict[str, int]] = []
        for name, files in zip(names, (OLD, NEW), strict=True):
            built = engine_images.build(base_image, STEPS, context(tmp_path_factory.mktemp("context"), files))
            call("docker", "tag", built, name)
            call("docker", "push", "--quiet", name)
            call("docker", "rmi", name, built)
            kept.append(registry.stored_blobs())
        old, new = names
        yield Builds(registry, old, new, {digest: size for digest, size in kept[1].items() if digest not in kept[0]})


def context(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files with one time for all, so that equal contents make equal layers."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1_600_000_000, 1_600_000_000))
    return folder


def side_of(reference: str, layout: Path) -> Side:
    """Copy an image out of the registry and take it apart."""
    call("skopeo", "copy", "--src-tls-verify=false", f"docker://{reference}", f"oci:{layout}:it")
    return read_side(render_json(layerscope.analyze(str(layout))), reference)


@pytest.fixture(scope="module")
def found(builds: Builds, tmp_path_factory: pytest.TempPathFactory) -> Difference:
    """Compare the two."""
    folder = tmp_path_factory.mktemp("layouts")
    return compare(side_of(builds.old, folder / "old"), side_of(builds.new, folder / "new"))


def assert_is(fetch: Fetch, sent: Mapping[str, int], builds: Builds) -> None:
    """Hold the layers that are said to be fetched, and their bytes, against those that were."""
    digests = list(builds.layers(builds.new))
    assert {digests[position] for position in fetch.layers} == set(sent)
    assert (fetch.transfer_bytes, fetch.transfer_is_estimate) == (sum(sent.values()), False)


def test_what_a_push_sends(builds: Builds, found: Difference) -> None:
    layers = builds.layers(builds.new)
    sent = {digest: size for digest, size in builds.pushed.items() if digest in layers}
    assert len(sent) == 2
    assert_is(found.reuse.by_blob, sent, builds)


def test_what_a_tool_fetches_that_keeps_blobs(builds: Builds, found: Difference, tmp_path: Path) -> None:
    copy = ("skopeo", "copy", "--src-tls-verify=false")
    call(*copy, f"docker://{builds.old}", f"oci:{tmp_path}:old")
    assert_is(found.reuse.by_blob, builds.fetched(*copy, f"docker://{builds.new}", f"oci:{tmp_path}:new"), builds)


def test_what_an_engine_fetches_that_keeps_chains(builds: Builds, found: Difference) -> None:
    call("docker", "pull", "--quiet", builds.old)
    sent = builds.fetched("docker", "pull", "--quiet", builds.new)
    # One more than blobs that are new: the layer on top is the same, and stands on others.
    assert len(sent) == len(found.reuse.by_blob.layers) + 1
    assert_is(found.reuse.by_chain, sent, builds)


def test_the_instruction_that_broke_reuse(found: Difference) -> None:
    broken = found.reuse.broken_at
    assert broken is not None
    assert (broken.position, broken.reason) == (2, "content")
    assert "/second" in (broken.new_instruction or "")
    kinds = [change.kind for change in found.layers]
    assert kinds == ["same", "same", "rebuilt", "rebuilt", "same"]


def test_images_in_an_engine_are_told_apart_the_same_way(builds: Builds, found: Difference) -> None:
    for reference in (builds.old, builds.new):
        call("docker", "pull", "--quiet", reference)
    old, new = (
        read_side(render_json(layerscope.analyze(f"docker:{reference}", pull="never")), reference)
        for reference in (builds.old, builds.new)
    )
    reuse = compare(old, new).reuse
    assert reuse.by_blob.layers == found.reuse.by_blob.layers
    assert reuse.by_chain.layers == found.reuse.by_chain.layers
    # Uncompressed layers have no measure of what a registry would send.
    assert reuse.by_blob.transfer_is_estimate
    measured_bytes = found.reuse.by_blob.transfer_bytes
    assert measured_bytes is not None
    assert reuse.by_blob.transfer_bytes == pytest.approx(measured_bytes, rel=0.03)
