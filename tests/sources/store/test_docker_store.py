"""Images in the folder of a Docker Engine, written by hand and then spoilt: the same answer, or the engine is asked."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import layerscope
from layerscope.cli.analyze import analyze
from layerscope.pipeline import analyze_image
from layerscope.sources.options import OpenOptions
from layerscope.units import safe_text
from tests.cache.keeping import report, wait_until_settled
from tests.engine.facts import facts
from tests.engine.fake_engine import Answer, FakeEngine, chunked, say, serving, serving_tcp
from tests.engine.recording import Recording
from tests.images import (
    chardev,
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
from tests.sources.store.docker_root import DockerRoot, write_root

NAME = "docker:some/image:tag"
# Two long contents that differ in one byte, one that is there three times, short ones in pairs, and names of all kinds.
LONG = bytes(range(256)) * 400
LAYERS = [
    layer(
        directory("etc"),
        file("etc/os-release", b"ID=debian\nVERSION_ID=12\n"),
        file("one", LONG),
        file("same", LONG),
        file("other", LONG[:-1] + b"!"),
        file("short/a", b"short"),
        file("short/b", b"short"),
        file("short/c", b"SHORT"),
        file("na\udcffme/" + "deep/" * 40 + "end", b"deep"),
        hardlink("linked", "one"),
        symlink("absolute", "/etc/os-release"),
        chardev("console", 5, 1),
        fifo("pipe"),
        file("empty"),
    ),
    layer(whiteout("same"), file("short/.wh.a"), opaque("na\udcffme"), file("again", LONG)),
    layer(),
    layer(),
]


@pytest.fixture
def root(short_folder: Path) -> DockerRoot:
    """Write an engine's folder with the image."""
    return write_root(short_folder / "docker", LAYERS)


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder whose path leaves room for a socket's name."""
    return tmp_path_factory.mktemp("s")


@pytest.fixture
def ask(root: DockerRoot, short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEngine]:
    """Run an engine that has the image in that folder and can save it, too."""
    path = short_folder / "e"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    for name in ("DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    with serving(path, **answers(root)) as engine:
        yield engine


def answers(root: DockerRoot, **info: object) -> dict[str, Answer]:
    return {
        "json": say(200, json.dumps({"Id": root.image_id}).encode()),
        "info": say(200, json.dumps(root.info | info).encode()),
        "get": chunked(docker_archive(LAYERS, flavour="old")),
    }


def archive(folder: Path) -> Path:
    path = folder / "archive.tar"
    path.write_bytes(docker_archive(LAYERS, flavour="old"))
    return path


@pytest.mark.parametrize("verify", [False, True])
def test_the_same_answer_as_from_an_archive(
    ask: FakeEngine, short_folder: Path, verify: bool, root: DockerRoot
) -> None:
    progress = Recording()
    analysis = analyze_image(NAME, OpenOptions(pull="never", verify=verify), progress)
    expected = layerscope.analyze(str(archive(short_folder)), verify=verify)
    assert facts(analysis) == facts(expected)
    assert analysis.image.source == "docker-store"
    assert str(analysis.image.image_id) == root.image_id
    assert [total.is_verified for total in analysis.layer_totals] == [verify] * len(LAYERS)
    assert progress.notes == []
    assert not [request for request in ask.requests if request.endswith("/get")]


def test_without_the_store_the_engine_is_asked(ask: FakeEngine) -> None:
    progress = Recording()
    analysis = analyze_image(NAME, OpenOptions(pull="never", store=False), progress)
    assert analysis.image.source == "docker-engine"
    assert progress.notes == []
    assert not [request for request in ask.requests if request.endswith("/info")]


@pytest.mark.usefixtures("ask")
@pytest.mark.parametrize(("option", "count"), [("--no-config", 1), ("--no-store", 0), ("--quiet", 0)])
def test_the_command_says_so_in_one_line(root: DockerRoot, option: str, count: int) -> None:
    no_tar_split(root)
    done = CliRunner().invoke(analyze, [NAME, "--pull", "never", "--json", "-", option], standalone_mode=False)
    lines = [line for line in done.stderr.splitlines() if "read through the engine's API" in line]
    assert len(lines) == count
    assert json.loads(done.stdout)["image"]["source"] == "docker-engine"


def test_another_platform(ask: FakeEngine) -> None:
    with pytest.raises(layerscope.ImageNotFound, match="linux/amd64"):
        layerscope.analyze(NAME, pull="never", platform="linux/arm64")
    assert not [request for request in ask.requests if request.endswith("/get")]


def other_content(root: DockerRoot) -> None:
    (root.folders[0] / "one").write_bytes(LONG + b"more")


def missing_content(root: DockerRoot) -> None:
    (root.folders[1] / "again").unlink()


def link_instead_of_content(root: DockerRoot) -> None:
    """As long as the file and out of the folder."""
    outside = root.path / "outside"
    outside.write_bytes(LONG)
    (root.folders[0] / "one").unlink()
    (root.folders[0] / "one").symlink_to(outside)


def link_instead_of_folder(root: DockerRoot) -> None:
    shutil.move(root.folders[0] / "etc", root.path / "etc")
    (root.folders[0] / "etc").symlink_to(root.path / "etc")


def link_instead_of_layer(root: DockerRoot) -> None:
    shutil.move(root.folders[0], root.path / "elsewhere")
    root.folders[0].symlink_to(root.path / "elsewhere")


def pipe_instead_of_content(root: DockerRoot) -> None:
    """Opening it would wait for ever."""
    (root.folders[0] / "etc/os-release").unlink()
    os.mkfifo(root.folders[0] / "etc/os-release")


def no_layer_folder(root: DockerRoot) -> None:
    shutil.rmtree(root.folders[0])


def no_tar_split(root: DockerRoot) -> None:
    (root.entries[1] / "tar-split.json.gz").unlink()


def cut_tar_split(root: DockerRoot) -> None:
    path = root.entries[0] / "tar-split.json.gz"
    path.write_bytes(path.read_bytes()[:-20])


def other_tar_split(root: DockerRoot) -> None:
    shutil.copy(root.entries[1] / "tar-split.json.gz", root.entries[0] / "tar-split.json.gz")


def no_gzip(root: DockerRoot) -> None:
    (root.entries[0] / "tar-split.json.gz").write_bytes(b"no gzip")


def other_diff_id(root: DockerRoot) -> None:
    (root.entries[0] / "diff").write_text(f"sha256:{'0' * 64}", encoding="ascii")


def cache_id_elsewhere(root: DockerRoot) -> None:
    (root.entries[0] / "cache-id").write_text("../../elsewhere", encoding="ascii")


def no_entry(root: DockerRoot) -> None:
    shutil.rmtree(root.entries[2])


def other_config(root: DockerRoot) -> None:
    root.image_config.write_bytes(root.image_config.read_bytes() + b" ")


def no_config(root: DockerRoot) -> None:
    root.image_config.unlink()


def nothing(root: DockerRoot) -> None:
    shutil.rmtree(root.path)


SPOILT: dict[str, Callable[[DockerRoot], None]] = {
    spoil.__name__: spoil
    for spoil in (
        other_content,
        missing_content,
        link_instead_of_content,
        link_instead_of_folder,
        link_instead_of_layer,
        pipe_instead_of_content,
        no_layer_folder,
        no_tar_split,
        cut_tar_split,
        other_tar_split,
        no_gzip,
        other_diff_id,
        cache_id_elsewhere,
        no_entry,
        other_config,
        no_config,
        nothing,
    )
}


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_not_as_expected_leads_to_the_engine(
    root: DockerRoot, ask: FakeEngine, short_folder: Path, spoil: Callable[[DockerRoot], None], verify: bool
) -> None:
    spoil(root)
    progress = Recording()
    analysis = analyze_image(NAME, OpenOptions(pull="never", verify=verify), progress)
    assert analysis.image.source == "docker-engine"
    assert facts(analysis) == facts(layerscope.analyze(str(archive(short_folder)), verify=verify))
    (note,) = progress.notes
    assert note == safe_text(note)
    assert note.endswith("The image is read through the engine's API, which takes longer.")
    assert len([request for request in ask.requests if request.endswith("/get")]) == 1


@pytest.mark.usefixtures("ask")
def test_a_byte_that_changed_is_found_where_all_are_checked(root: DockerRoot) -> None:
    (root.folders[0] / "one").write_bytes(LONG[:-1] + b"?")
    with pytest.raises(layerscope.DigestMismatch, match="unpacks to"):
        layerscope.analyze(NAME, pull="never", verify=True)


INFOS: dict[str, dict[str, object]] = {
    "driver": {"Driver": "btrfs"},
    "layers-that-refer": {"DriverStatus": [["Native Overlay Diff", "false"]]},
    "no-status": {"DriverStatus": None},
    "no-root": {"DockerRootDir": None},
    "root-elsewhere": {"DockerRootDir": "/nonexistent"},
    "containerd-elsewhere": {"DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]},
}


@pytest.mark.parametrize("info", INFOS.values(), ids=INFOS)
def test_stores_that_are_not_readable(
    root: DockerRoot, short_folder: Path, monkeypatch: pytest.MonkeyPatch, info: dict[str, object]
) -> None:
    path, progress = short_folder / "e", Recording()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with serving(path, **answers(root, **info)):
        analysis = analyze_image(NAME, OpenOptions(pull="never"), progress)
    assert analysis.image.source == "docker-engine"
    assert len(progress.notes) == 1


@pytest.mark.usefixtures("ask")
def test_a_layer_that_changes_while_it_is_read(root: DockerRoot) -> None:
    class Changing(Recording):
        """Removes and writes anew what an engine would, when all layers have been read."""

        def stage(self, title: str) -> None:
            if title == "Finding waste" and not self.notes:
                path = root.entries[0] / "tar-split.json.gz"
                content = path.read_bytes()
                path.unlink()
                path.write_bytes(content + b"\0")
            Recording.stage(self, title)

    progress = Changing()
    analysis = analyze_image(NAME, OpenOptions(pull="never"), progress)
    assert analysis.image.source == "docker-engine"
    assert "changed while it was read" in progress.notes[0]


def test_an_engine_at_another_address_is_asked(root: DockerRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be on another machine, or its folder in another file system."""
    progress = Recording()
    with serving_tcp(**answers(root)) as (address, engine):
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{address}")
        analysis = analyze_image(NAME, OpenOptions(pull="never"), progress)
    assert (analysis.image.source, progress.notes) == ("docker-engine", [])
    assert not [request for request in engine.requests if request.endswith("/info")]


@pytest.mark.usefixtures("ask")
def test_layers_that_are_known_are_not_read_again(root: DockerRoot, short_folder: Path) -> None:
    for entry in root.entries:
        wait_until_settled(entry / "tar-split.json.gz")
    fresh = report(NAME, None)
    assert report(NAME, short_folder / "cache") == fresh
    for folder in root.folders:
        shutil.rmtree(folder)
        folder.mkdir()
    assert report(NAME, short_folder / "cache") == fresh
    # Who asks for every byte does not get it from there, and neither does who has no cache.
    assert b'"docker-engine"' in report(NAME, short_folder / "cache", OpenOptions(verify=True))
    assert b'"docker-engine"' in report(NAME, None)


@pytest.mark.usefixtures("ask")
def test_nothing_stays_open(root: DockerRoot) -> None:
    layerscope.analyze(NAME, pull="never")
    opened = {path for link in Path("/proc/self/fd").iterdir() if (path := _target(link)).startswith(str(root.path))}
    assert not opened


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""
