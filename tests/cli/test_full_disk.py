"""A disk that is full, a real one: old reports stay, nothing is left behind, and a run goes on without its cache."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import layerscope as api
from layerscope.cli.write_file import write_pieces
from layerscope.errors import UsageError
from layerscope.report.formats import ALL_FORMATS, Format
from tests.cache.keeping import wait_until_settled
from tests.cli.run import SAMPLES, layerscope
from tests.tools import do_without

IMAGE = str(SAMPLES / "naive-devel.docker.tar")
DOCKERFILE = str(SAMPLES / "dockerfiles/naive-devel.Dockerfile")
DISK_BYTES = 256 << 10


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={DISK_BYTES},mode=700"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True)
    if done.returncode:
        do_without(f"no small disk can be mounted: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path, *, free_bytes: int = 0) -> Path:
    """Write until nothing more fits but that many bytes."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(file.tell() - free_bytes)
    return path


@pytest.mark.parametrize("option", [("--json", "old"), ("--save", "old"), ("--report", "csv=old")], ids="-".join)
def test_the_old_report_stays(disk: Path, option: tuple[str, str]) -> None:
    (disk / "old").write_text("old")
    fill(disk)
    done = layerscope(IMAGE, "-q", *option, cwd=disk)
    assert done.returncode == 2
    assert done.stderr.startswith(b"layerscope: old cannot be written: No space left on device.")
    assert done.stderr.count(b"\n") == 1
    assert (disk / "old").read_text() == "old"
    assert {path.name for path in disk.iterdir()} == {"old", "filler"}


def test_every_kind_of_report_is_written_whole_or_not_at_all(disk: Path) -> None:
    analysis = api.analyze(IMAGE, dockerfile=DOCKERFILE)
    old = disk / "old"
    for item in ALL_FORMATS:
        render = item.render if isinstance(item, Format) else item.at(0).render
        for free_bytes in (0, 4096):
            old.write_text("old")
            filler = fill(disk, free_bytes=free_bytes)
            whole = b"".join(render(analysis))
            if len(whole) <= free_bytes:
                write_pieces(old, render(analysis))
                assert old.read_bytes() == whole
            else:
                with pytest.raises(UsageError, match="No space left on device"):
                    write_pieces(old, render(analysis))
                assert old.read_text() == "old"
            assert {path.name for path in disk.iterdir()} == {"old", "filler"}
            filler.unlink()


@pytest.mark.parametrize("free_bytes", [0, 16_384])
def test_a_cache_without_room_changes_nothing(disk: Path, free_bytes: int) -> None:
    wait_until_settled(Path(IMAGE))
    arguments = (IMAGE, "--json", "-", "-q")
    bare = layerscope(*arguments)
    cache = disk / "cache"
    environment = {"LAYERSCOPE_NO_CACHE": "", "LAYERSCOPE_CACHE_DIR": str(cache)}
    filler = fill(disk, free_bytes=free_bytes)
    for _ in range(2):
        done = layerscope(*arguments, env=environment)
        assert (done.returncode, done.stdout) == (0, bare.stdout)
        assert done.stderr.count(b"\n") == 1
        assert b"No space left on device" in done.stderr
        assert [path.name for path in cache.glob(".*")] == []
    filler.unlink()
    for _ in range(2):
        done = layerscope(*arguments, env=environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, bare.stdout, b"")


def test_a_cache_that_only_can_be_read_changes_nothing(disk: Path) -> None:
    wait_until_settled(Path(IMAGE))
    arguments = (IMAGE, "--json", "-", "-q")
    environment = {"LAYERSCOPE_NO_CACHE": "", "LAYERSCOPE_CACHE_DIR": str(disk / "cache")}
    bare = layerscope(*arguments)
    for is_filled in (False, True):
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = layerscope(*arguments, env=environment)
        assert (done.returncode, done.stdout) == (0, bare.stdout)
        # What is kept already is found, and nothing has to be written then.
        assert done.stderr.count(b"\n") == (0 if is_filled else 1)
        assert b"Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert layerscope(*arguments, env=environment).returncode == 0
