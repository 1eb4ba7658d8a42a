"""One image through every source and every tool that stores images in its own way: always the same answer."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.index.cause import Cause
from tests.engine.facts import facts
from tests.engine.leftovers import MARK
from tests.engine.tools import PATH, TIMEOUT_S, EngineImages, call, require
from tests.images import compress

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
CONTAINERD_SOCKETS = (
    Path("/run/containerd/containerd.sock"),
    Path("/var/run/docker/containerd/containerd.sock"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a way of storing starts from, and a folder for what it writes."""

    image: str
    archive: Path
    folder: Path
    podman_env: Mapping[str, str]
    engine_images: EngineImages


def engine(given: Given) -> str:
    return f"docker:{given.image}"


def engine_without_prefix(given: Given) -> str:
    return given.image


def docker_archive(given: Given) -> str:
    return str(given.archive)


def docker_archive_by_name(given: Given) -> str:
    return f"docker-archive:{given.archive}:{given.image}"


def archive_of_two_images(given: Given) -> str:
    other = given.engine_images.from_tar(b"\0" * 1024, given.engine_images.name("other"))
    path = given.folder / "two.tar"
    call("docker", "save", f"--output={path}", other, given.image)
    return f"{path}:{given.image}"


def gzip_archive(given: Given) -> str:
    path = given.folder / "sample.tar.gz"
    path.write_bytes(gzip.compress(given.archive.read_bytes(), 1))
    return str(path)


def zstd_archive(given: Given) -> str:
    path = given.folder / "sample.tar.zst"
    path.write_bytes(compress(given.archive.read_bytes(), "zstd"))
    return str(path)


def skopeo(*options: str, to: str) -> Callable[[Given], str]:
    """Let skopeo write the archive in another form."""

    def store(given: Given) -> str:
        path = given.folder / "skopeo"
        call("skopeo", "copy", "--quiet", *options, f"docker-archive:{given.archive}", f"{to}:{path}:name:tag")
        return str(path)

    return store


def podman(form: str) -> Callable[[Given], str]:
    """Let podman take the archive into its store and save it again."""

    def store(given: Given) -> str:
        path = given.folder / "podman.tar"
        call("podman", "load", f"--input={given.archive}", env=given.podman_env)
        call("podman", "save", f"--format={form}", f"--output={path}", given.image, env=given.podman_env)
        return str(path)

    return store


def containerd(*options: str) -> Callable[[Given], str]:
    """Let containerd import the archive and export it again."""

    def store(given: Given) -> str:
        require("ctr")
        socket = next((path for path in CONTAINERD_SOCKETS if path.is_socket()), None)
        if socket is None:
            pytest.skip("no containerd answers")
        path, name = given.folder / "containerd.tar", f"docker.io/{given.image}"
        namespace = f"{MARK}-{given.engine_images.run_id}"
        ctr = ("ctr", f"--address={socket}", f"--namespace={namespace}")
        call(*ctr, "images", "import", "--no-unpack", *options, given.archive)
        try:
            call(*ctr, "images", "export", path, name)
        finally:
            call(*ctr, "images", "rm", "--sync", name)
            call(*ctr, "namespaces", "rm", namespace)
        return str(path)

    return store


FILES: dict[str, Callable[[Given], str]] = {
    "docker-archive": docker_archive,
    "gzip-archive": gzip_archive,
    "zstd-archive": zstd_archive,
    "skopeo-docker-archive": skopeo(to="docker-archive"),
    "skopeo-oci-archive-gzip": skopeo(to="oci-archive"),
    "skopeo-oci-archive-zstd": skopeo("--dest-compress-format=zstd", to="oci-archive"),
    "podman-docker-archive": podman("docker-archive"),
    "podman-oci-archive": podman("oci-archive"),
    "containerd": containerd(),
    "containerd-gzip": containerd("--compress-blobs"),
}
FORMS = FILES | {
    "engine": engine,
    "engine-without-prefix": engine_without_prefix,
    "docker-archive-by-name": docker_archive_by_name,
    "archive-of-two-images": archive_of_two_images,
    "skopeo-oci-dir-gzip": skopeo(to="oci"),
    "skopeo-oci-dir-zstd": skopeo("--dest-compress-format=zstd", to="oci"),
    "skopeo-oci-dir-uncompressed": skopeo("--dest-decompress", to="oci"),
}


@pytest.fixture(scope="module", params=FORMS)
def stored(
    request: pytest.FixtureRequest,
    engine_images: EngineImages,
    sample_image: str,
    sample_archive: Path,
    podman_env: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Store the sample in each form, and return the reference to it."""
    folder = tmp_path_factory.mktemp("stored")
    return FORMS[request.param](Given(sample_image, sample_archive, folder, podman_env, engine_images))


def test_sample_has_something_of_everything(sample_analysis: Analysis) -> None:
    assert sample_analysis.is_complete
    assert len(set(sample_analysis.image.config.diff_ids)) == len(sample_analysis.layer_totals) - 1
    assert {group.cause for group in sample_analysis.index.superseded} >= {
        Cause.OVERWRITTEN,
        Cause.METADATA_ONLY,
        Cause.DELETED_WITH_DIRECTORY,
        Cause.OPAQUE,
    }
    assert sample_analysis.index.duplicate_bytes > 0
    assert {str(total.package.name) for total in sample_analysis.package_totals} == {"noise", "thing"}
    assert {total.detector.id for total in sample_analysis.category_totals} > {"apt-lists", "pip-cache", "os-package"}


def test_every_source_gives_the_same_analysis(stored: str, sample_analysis: Analysis) -> None:
    assert facts(layerscope.analyze(stored, pull="never")) == facts(sample_analysis)


def test_every_byte_that_is_read_has_its_digest(stored: str, sample_analysis: Analysis) -> None:
    analysis = layerscope.analyze(stored, pull="never", verify=True)
    assert facts(analysis) == facts(sample_analysis)
    assert all(total.is_verified for total in analysis.layer_totals)


@pytest.mark.parametrize("stored", FILES, indirect=True)
def test_passing_by_makes_no_difference(
    stored: str, sample_analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes through a pipe instead of a file."""
    with reading("cat", stored) as reader:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=reader))
        analysis = layerscope.analyze("-")
    assert analysis.image.source == "stdin"
    assert facts(analysis) == facts(sample_analysis)


def test_save_through_standard_input(
    sample_image: str, sample_analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading("docker", "save", sample_image) as reader:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=reader))
        assert facts(layerscope.analyze("-")) == facts(sample_analysis)


def test_save_into_the_command(sample_image: str, sample_analysis: Analysis) -> None:
    """As people type it: `docker save NAME | layerscope analyze - --json -`."""
    command = [sys.executable, "-m", "layerscope", "analyze", "-", "--json", "-"]
    with reading("docker", "save", sample_image) as reader:
        done = subprocess.run(command, stdin=reader, capture_output=True, check=False, cwd=ROOT, timeout=TIMEOUT_S)
    assert (done.returncode, done.stderr) == (0, b"")
    document, index = json.loads(done.stdout), sample_analysis.index
    assert document["complete"]
    assert document["image"]["source"] == "stdin"
    assert (document["sizes"]["stored_bytes"], document["sizes"]["live_bytes"]) == (
        index.stored_bytes,
        index.live_bytes,
    )


def test_save_through_a_named_pipe(sample_image: str, sample_analysis: Analysis) -> None:
    """As a shell passes `<(docker save NAME)`."""
    with reading("docker", "save", sample_image) as reader:
        assert facts(layerscope.analyze(f"/dev/fd/{reader.fileno()}")) == facts(sample_analysis)


@pytest.mark.parametrize("options", [(), ("--dest-compress-format=zstd",)], ids=["gzip", "zstd"])
def test_transfer_bytes_are_those_of_the_manifest(
    sample_archive: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Each distinct blob of an OCI layout once, as skopeo wrote it."""
    call("skopeo", "copy", "--quiet", *options, f"docker-archive:{sample_archive}", f"oci:{tmp_path}/layout:tag")
    manifest = json.loads(call("skopeo", "inspect", "--raw", f"oci:{tmp_path}/layout:tag"))
    sizes = {item["digest"]: item["size"] for item in manifest["layers"]}
    analysis = layerscope.analyze(str(tmp_path / "layout"))
    assert analysis.transfer.measured_bytes == sum(sizes.values())
    assert [total.compressed_bytes for total in analysis.layer_totals] == [item["size"] for item in manifest["layers"]]


def test_transfer_bytes_of_uncompressed_layers_are_unknown(sample_analysis: Analysis) -> None:
    assert sample_analysis.transfer.measured_bytes is None


@contextmanager
def reading(*command: str) -> Iterator[IO[bytes]]:
    """Run a command and give its stdout as a pipe; it must be read to its end."""
    with subprocess.Popen([require(command[0]), *command[1:]], stdout=subprocess.PIPE, env={"PATH": PATH}) as process:
        assert process.stdout is not None
        yield process.stdout
    assert process.returncode == 0
