"""Images in the content store of a containerd of the tests' own, found through an engine that says it uses one."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.oci.platform import Platform
from layerscope.pipeline import analyze_image
from layerscope.sources.options import OpenOptions
from tests.engine.facts import facts
from tests.engine.fake_engine import Answer, not_found, say, serving
from tests.engine.recording import Recording
from tests.engine.tools import PATH, TIMEOUT_S, call, require
from tests.images import file, layer, oci_archive, oci_layout

pytestmark = pytest.mark.engine

CONTENT = "io.containerd.content.v1.content/blobs/sha256"
CONFIG = """
version = 2
root = {root}
state = {state}
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart"]
[grpc]
address = {socket}
[ttrpc]
address = {ttrpc}
"""


@dataclass(frozen=True, slots=True)
class Containerd:
    """A running containerd whose root is where an engine's own would have it."""

    engine_root: Path
    socket: Path

    @property
    def blobs(self) -> Path:
        """Return the folder of its blobs."""
        return self.engine_root / "containerd/daemon" / CONTENT

    def take_in(self, archive: Path, *options: str) -> str:
        """Import an archive; returns what an engine would give as the image's ID."""
        ctr = ("ctr", f"--address={self.socket}", "--namespace=test")
        call(*ctr, "images", "import", "--no-unpack", "--all-platforms", "--base-name=test/image", *options, archive)
        rows = [line.split() for line in call(*ctr, "images", "ls").decode().splitlines()[1:]]
        name, digest = next((row[0], row[2]) for row in rows if row[0] != "kept:1")
        # What no name keeps, containerd throws away.
        call(*ctr, "images", "tag", "--force", name, "kept:1")
        call(*ctr, "images", "rm", name)
        return digest


@pytest.fixture(scope="module")
def containerd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containerd]:
    """Start one, with a store and sockets of its own."""
    folder = tmp_path_factory.mktemp("c")
    root, socket = folder / "docker", folder / "s"
    paths = {"root": root / "containerd/daemon", "state": folder / "state", "socket": socket, "ttrpc": folder / "t"}
    config = folder / "config.toml"
    config.write_text(CONFIG.format(**{name: json.dumps(str(path)) for name, path in paths.items()}), encoding="utf-8")
    command = [require("containerd"), f"--config={config}", "--log-level=error"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"PATH": PATH})
    try:
        until = time.monotonic() + TIMEOUT_S
        while not socket.is_socket():
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            assert time.monotonic() < until
            time.sleep(0.05)
        yield Containerd(root, socket)
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)


@pytest.fixture
def asked(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point at the socket of an engine that is to be served."""
    path = short_folder / "e"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    for name in ("DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    return path


def answers(containerd: Containerd, digest: str) -> dict[str, Answer]:
    """Return those of an engine that says where its store is, and cannot save."""
    status = ["driver-type", "io.containerd.snapshotter.v1"]
    info = {"DockerRootDir": str(containerd.engine_root), "Driver": "overlayfs", "DriverStatus": [status]}
    return {
        "json": say(200, json.dumps({"Id": digest}).encode()),
        "info": say(200, json.dumps(info).encode()),
        "get": not_found,
    }


def analyze(socket: Path, containerd: Containerd, digest: str, **options: Any) -> Analysis:
    """Analyze what can only come from the store."""
    progress = Recording()
    with serving(socket, **answers(containerd, digest)):
        analysis = analyze_image("docker:kept:1", OpenOptions(pull="never", **options), progress)
    assert progress.notes == []
    assert analysis.image.source == "containerd-store"
    return analysis


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("options", [(), ("--compress-blobs",)], ids=["uncompressed", "gzip"])
def test_the_sample(
    containerd: Containerd,
    asked: Path,
    sample_archive: Path,
    sample_analysis: Analysis,
    options: tuple[str, ...],
    verify: bool,
) -> None:
    analysis = analyze(asked, containerd, containerd.take_in(sample_archive, *options), verify=verify)
    assert facts(analysis) == facts(sample_analysis)
    assert analysis.image.image_id == sample_analysis.image.image_id
    is_checked = bool(verify or options)
    assert {total.is_verified for total in analysis.layer_totals} == {is_checked}


PLATFORMS = {"linux/amd64": [layer(file("amd", b"64"))], "linux/arm64": [layer(file("arm", b"6464"))]}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_platform_of_several(containerd: Containerd, asked: Path, tmp_path: Path, platform: str) -> None:
    archive = tmp_path / "image.tar"
    archive.write_bytes(oci_archive(oci_layout(PLATFORMS, nested=True)))
    wish = Platform.parse(platform)
    analysis = analyze(asked, containerd, containerd.take_in(archive), platform=wish)
    assert analysis.index.path(0) == platform[6:9].encode()


@pytest.mark.parametrize("blob", ["config", "layer"])
def test_a_blob_that_is_not_there(containerd: Containerd, asked: Path, tmp_path: Path, blob: str) -> None:
    """Engines may let go of layers that they have unpacked."""
    archive = tmp_path / "image.tar"
    archive.write_bytes(oci_archive(oci_layout([layer(file("lonely", blob.encode()))])))
    digest = containerd.take_in(archive)
    manifest = json.loads((containerd.blobs / digest.partition(":")[2]).read_bytes())
    gone = manifest["config"] if blob == "config" else manifest["layers"][0]
    (containerd.blobs / gone["digest"].partition(":")[2]).unlink()
    progress = Recording()
    with serving(asked, **answers(containerd, digest)) as engine, pytest.raises(layerscope.ImageNotFound):
        analyze_image("docker:kept:1", OpenOptions(pull="never"), progress)
    (note,) = progress.notes
    assert "does not hold the image whole" in note
    assert engine.requests[-1].endswith("/get")
