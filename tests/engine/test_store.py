"""Images of a real Docker Engine, read in its own folder and through its API: the same to the byte."""

import json
import os
import random
import tarfile
from pathlib import Path

import pytest

import layerscope
from layerscope.pipeline import analyze_image
from layerscope.report.json import render_json
from layerscope.sources.options import OpenOptions
from tests.engine.facts import facts
from tests.engine.recording import Recording
from tests.engine.tools import BUILDERS, Builder, EngineImages, call
from tests.images import (
    directory,
    docker_archive,
    fifo,
    file,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)

pytestmark = pytest.mark.engine

NOISE = random.Random(11).randbytes(300_000)
STEPS = """
COPY . /srv
RUN cp /srv/noise /srv/copy && ln /srv/copy /srv/linked && ln -s /etc /srv/outside && mkfifo /srv/pipe
RUN rm -rf /srv/tree && mkdir /srv/tree && echo again > /srv/tree/file && rm /srv/noise
RUN true
RUN chmod 600 /srv/copy && echo '#!/bin/sh' > "/srv/a name with \\\\ and ümläut" && touch /srv/empty
"""
FILES = {"noise": NOISE, "tree/deep/er/file": b"deep", "tree/file": b"once", "twin": NOISE, "short": b"\1"}

# What builders do not write, and engines load all the same.
ODD_LAYERS = {
    "names": layer(
        file("na\udcffme", b"not UTF-8"),
        file("./with/./dots", b"dots"),
        file("/absolute", b"absolute"),
        file("long/" + "deep/" * 60 + "end", b"long"),
        file("new\nline", b"line"),
        file('quo"te<&>', b"quote"),
        file("zwsp\u200b\u202e", b"hidden"),
    ),
    "gnu": layer(file("n" * 120, b"GNU"), symlink("l", "t" * 200), format=tarfile.GNU_FORMAT),
    "ustar": layer(directory("d"), file("d/" + "f" * 90, b"ustar"), format=tarfile.USTAR_FORMAT),
    "attributes": layer(file("capable", b"c", xattrs=(("security.capability", "\x01\0\0\x02\0\x04" + "\0" * 14),))),
    "kinds": layer(file("a", b"a" * 513), hardlink("b", "a"), fifo("p"), file("empty"), directory("d/")),
    "whiteouts": layer(whiteout("n"), opaque("long"), file("long/new", b"new")),
    "padded": layer(file("z", b"z")) + bytes(100_000),
    "unpadded": layer(file("y", b"y" * 512))[:1024],
    "empty": layer(),
}


@pytest.fixture(autouse=True, scope="module")
def readable_store() -> None:
    """Skip where the engine's folder is not one that this user can read."""
    root, driver = call("docker", "info", "--format={{.DockerRootDir}}\n{{.Driver}}").decode().split()
    if driver != "overlay2" or not os.access(f"{root}/image/overlay2", os.R_OK | os.X_OK):
        pytest.skip(f"the engine's folder {root} with the driver {driver} cannot be read here")


def read(name: str, *, store: bool, verify: bool = False) -> tuple[layerscope.Analysis, Recording]:
    progress = Recording()
    return analyze_image(f"docker:{name}", OpenOptions(pull="never", verify=verify, store=store), progress), progress


def check_both_ways(name: str) -> layerscope.Analysis:
    """Compare the store with the API; returns the analysis of the store."""
    (stored, progress), (sent, _) = read(name, store=True), read(name, store=False)
    assert progress.notes == []
    assert (stored.image.source, sent.image.source) == ("docker-store", "docker-engine")
    assert facts(stored) == facts(sent)
    assert stored.image.image_id == sent.image.image_id
    return stored


@pytest.mark.parametrize("builder", BUILDERS)
def test_built_images(engine_images: EngineImages, base_image: str, tmp_path: Path, builder: Builder) -> None:
    name = engine_images.build(base_image, STEPS, tmp_path / "context", builder=builder, files=FILES)
    stored = check_both_ways(name)
    assert stored.index.duplicate_bytes >= len(NOISE)
    assert stored.index.superseded_bytes > 0


def test_the_sample(sample_image: str, sample_archive: Path) -> None:
    """The report is the archive's to the byte, estimates of the transfer included: both are read at rest."""
    documents = [
        json.loads(render_json(analysis))
        for analysis in (check_both_ways(sample_image), layerscope.analyze(str(sample_archive)))
    ]
    for document in documents:
        for key in ("reference", "source"):
            del document["image"][key]
    assert documents[0] == documents[1]


@pytest.mark.parametrize("odd", ODD_LAYERS)
def test_odd_layers(engine_images: EngineImages, odd: str) -> None:
    """The tar that is put together has the digest that the engine computed when it took the layer in."""
    layers = [layer(directory("long"), file("long/old", b"old"), file("n", b"n")), ODD_LAYERS[odd]]
    name = engine_images.name("odd")
    call("docker", "load", stdin=docker_archive(layers, flavour="old", repo_tags=(name,)))
    stored = check_both_ways(name)
    assert [total.scan.tar_bytes for total in stored.layer_totals] == list(map(len, layers))
    verified, progress = read(name, store=True, verify=True)
    assert (verified.image.source, progress.notes) == ("docker-store", [])
    assert all(total.is_verified for total in verified.layer_totals)


def test_a_content_behind_a_link_is_asked_of_the_engine(engine_images: EngineImages) -> None:
    name = engine_images.name("link")
    layers = [layer(directory("real"), symlink("etc", "real"), file("etc/os-release", b"ID=debian\n"))]
    call("docker", "load", stdin=docker_archive(layers, flavour="old", repo_tags=(name,)))
    analysis, progress = read(name, store=True)
    assert analysis.image.source == "docker-engine"
    assert len(progress.notes) == 1


def test_sparse_files(engine_images: EngineImages, tmp_path: Path) -> None:
    """An engine that took such a file in cannot give the layer back: the store shows that, and so does the API."""
    path = tmp_path / "sparse"
    with path.open("wb") as file_:
        file_.write(b"begin")
        file_.truncate(1 << 20)
    call(
        "tar", f"--directory={tmp_path}", "--sparse", "--format=posix", f"--file={tmp_path}/sparse.tar", "-c", "sparse"
    )
    name = engine_images.name("sparse")
    loaded = docker_archive([(tmp_path / "sparse.tar").read_bytes()], flavour="old", repo_tags=(name,))
    call("docker", "load", stdin=loaded)
    progress = Recording()
    with pytest.raises(layerscope.SourceUnavailable, match="could not verify layer data"):
        analyze_image(f"docker:{name}", OpenOptions(pull="never"), progress)
    assert len(progress.notes) == 1


def test_repeated_layers_are_read_once(engine_images: EngineImages) -> None:
    one, other = layer(file("a", b"a" * 5000)), layer(file("b", b"b"))
    name = engine_images.name("repeated")
    call("docker", "load", stdin=docker_archive([one, other, one], flavour="modern", repo_tags=(name,)))
    stored = check_both_ways(name)
    assert stored.layer_totals[0].scan is stored.layer_totals[2].scan


def test_device_code_and_probes_read_in_place(engine_images: EngineImages) -> None:
    """An ELF file of this machine: what is read of it is what the archive's has."""
    library = next(Path("/usr/lib/x86_64-linux-gnu").glob("libz.so.1.*")).read_bytes()
    layers = [layer(file("usr/lib/libz.so", library), file("usr/lib/again.so", library[:-1] + b"\1"))]
    name = engine_images.name("elf")
    call("docker", "load", stdin=docker_archive(layers, flavour="old", repo_tags=(name,)))
    stored = check_both_ways(name)
    facts_of = [{fact.probe for fact in total.scan.facts} for total in stored.layer_totals]
    assert "elf" in facts_of[0]


def test_an_image_that_is_removed_meanwhile(engine_images: EngineImages) -> None:
    """The engine says so, and nothing else does."""
    name = engine_images.name("removed")
    # A layer that no other image has, or the engine would keep it.
    layers = [layer(file("a", os.urandom(20)))]
    call("docker", "load", stdin=docker_archive(layers, flavour="old", repo_tags=(name,)))

    class Removing(Recording):
        def stage(self, title: str) -> None:
            if title == "Finding waste":
                call("docker", "rmi", name)
            Recording.stage(self, title)

    progress = Removing()
    with pytest.raises(layerscope.ImageNotFound):
        analyze_image(f"docker:{name}", OpenOptions(pull="never"), progress)
    assert "changed" in progress.notes[0] or "cannot be read" in progress.notes[0]
