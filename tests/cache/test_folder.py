"""The folder: private, bounded, whole files or none, and nothing of others touched."""

import os
import stat
from pathlib import Path

import pytest

from layerscope.cache.folder import CacheFolder
from layerscope.errors import SourceUnavailable

VERSION = "0123456789abcdef"


def name(number: int) -> str:
    return f"part-{number:032x}.{VERSION}"


def test_only_the_owner_can_enter(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    folder = CacheFolder(path)
    folder.write(name(1), b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((path / name(1)).stat().st_mode) == 0o600
    folder.close()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "cache"
    path.mkdir()
    path.chmod(mode)
    with pytest.raises(SourceUnavailable, match="open to other users"):
        CacheFolder(path)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    path.write_bytes(b"")
    with pytest.raises(SourceUnavailable, match="cannot be opened"):
        CacheFolder(path)


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    (tmp_path / "elsewhere").write_bytes(b"content")
    (folder.path / name(1)).symlink_to(tmp_path / "elsewhere")
    (folder.path / name(2)).mkdir()
    os.mkfifo(folder.path / name(3))
    assert [folder.read(name(number)) for number in range(1, 5)] == [None] * 4
    # What is written takes the link's place and not that of what it leads to.
    folder.write(name(1), b"new")
    assert folder.read(name(1)) == b"new"
    assert (tmp_path / "elsewhere").read_bytes() == b"content"
    folder.close()


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    for number in range(5):
        folder.write(name(number), bytes(100))
        os.utime(folder.path / name(number), ns=(number, number))
    assert folder.read(name(0)) == bytes(100)
    assert [file.name for file in folder.prune(250)] == [name(1), name(2), name(3)]
    assert sorted(path.name for path in folder.path.iterdir()) == [name(0), name(4)]
    folder.close()


def test_what_is_useless_goes_before_what_is_old(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    for number in range(3):
        folder.write(name(number), bytes(100))
        os.utime(folder.path / name(number), ns=(number, number))
    removed = folder.prune(250, lambda file: file.name == name(2))
    assert [file.name for file in removed] == [name(2)]
    folder.close()


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    (folder.path / "thesis.txt").write_bytes(bytes(1_000))
    folder.write(name(1), bytes(100))
    assert [file.name for file in folder.prune(0)] == [name(1)]
    assert [path.name for path in folder.path.iterdir()] == ["thesis.txt"]
    folder.close()


def test_what_a_killed_run_left_goes_after_a_while(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    fresh, old = (folder.path / f".unfinished-{number:016x}" for number in (1, 2))
    for path in (fresh, old):
        path.write_bytes(bytes(100))
    os.utime(old, (0, 0))
    folder.prune(0)
    assert list(folder.path.iterdir()) == [fresh]
    folder.close()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path / "cache")
    (folder.path / name(1)).mkdir()
    with pytest.raises(SourceUnavailable, match="cannot be written to"):
        folder.write(name(1), b"content")
    assert [path.name for path in folder.path.iterdir()] == [name(1)]
    folder.close()
