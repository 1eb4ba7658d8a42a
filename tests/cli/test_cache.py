"""The cache from outside: used by default, switched off, looked at and pruned; what goes wrong stops no run."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cache.keeping import wait_until_settled
from tests.cli.run import NO_ENGINE, SAMPLES, layerscope
from tests.tools import do_without

SAMPLE = str(SAMPLES / "naive-devel.docker.tar")
REPORT = ("analyze", SAMPLE, "--json", "-", "--quiet")


@pytest.fixture(autouse=True)
def _settled() -> None:
    wait_until_settled(Path(SAMPLE))


def with_cache(folder: Path, **more: str) -> dict[str, str]:
    return {"LAYERSCOPE_NO_CACHE": "", "LAYERSCOPE_CACHE_DIR": str(folder), **more}


def test_a_run_keeps_and_the_next_one_finds(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    bare = layerscope(*REPORT)
    info = layerscope("cache", "info", env=with_cache(folder))
    assert (info.returncode, info.stdout.decode()) == (0, f"{folder}: nothing is kept yet\n")
    for _ in range(2):
        done = layerscope(*REPORT, env=with_cache(folder))
        assert (done.returncode, done.stdout, done.stderr) == (bare.returncode, bare.stdout, b"")
    kept = sorted(path.name for path in folder.iterdir())
    told = layerscope("cache", "info", env=with_cache(folder)).stdout.decode()
    parts = sum(name.startswith("part-") for name in kept)
    assert f"{parts}  layers in archives" in told
    assert "of at most 1.0 GB" in told
    pruned = layerscope("cache", "prune", "--all", env=with_cache(folder))
    assert (pruned.returncode, pruned.stdout.startswith(b"%d files removed" % len(kept))) == (0, True)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--no-cache",), ()], ids=["option", "environment"])
def test_nothing_is_kept_where_that_is_not_wanted(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    environment = with_cache(tmp_path / "cache") | ({} if arguments else {"LAYERSCOPE_NO_CACHE": "1"})
    assert layerscope(*REPORT, *arguments, env=environment).returncode == 0
    assert not (tmp_path / "cache").exists()


def test_the_users_folder_for_caches_is_taken(tmp_path: Path) -> None:
    environment = {"LAYERSCOPE_NO_CACHE": "", "LAYERSCOPE_CACHE_DIR": "", "HOME": str(tmp_path), "XDG_CACHE_HOME": ""}
    layerscope(*REPORT, env=environment)
    assert len(list((tmp_path / ".cache/layerscope").iterdir())) > 1
    layerscope(*REPORT, env=environment | {"XDG_CACHE_HOME": str(tmp_path / "xdg")})
    assert len(list((tmp_path / "xdg/layerscope").iterdir())) > 1


def test_diff_uses_it_as_well(tmp_path: Path) -> None:
    other = wait_until_settled(SAMPLES / "tidy-multistage.docker.tar")
    folder = tmp_path / "cache"
    arguments = ("diff", SAMPLE, str(other), "--json", "-", "--quiet")
    bare = layerscope(*arguments)
    first, second = (layerscope(*arguments, env=with_cache(folder)) for _ in range(2))
    assert bare.stdout == first.stdout == second.stdout != b""
    assert list(folder.iterdir())


def test_a_budget_is_made_of_what_is_known(tmp_path: Path) -> None:
    """Each record that is found has its time set, which is what pruning goes by."""
    folder = tmp_path / "cache"

    def times_ns(*command: str) -> dict[str, int]:
        assert layerscope(*command, cwd=tmp_path, env=with_cache(folder)).returncode == 0
        return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    kept = times_ns(*REPORT)
    init = ("budget", "init", SAMPLE, "--config", "limits.toml")
    found = times_ns(*init)
    assert kept.keys() == found.keys() != set()
    assert all(found[name] > kept[name] for name in kept)
    limits = (tmp_path / "limits.toml").read_bytes()
    assert times_ns(*init, "--no-cache") == found
    assert (tmp_path / "limits.toml").read_bytes() == limits


def test_a_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    if os.geteuid():
        do_without("only root can give a folder away")
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65_534, -1)
    done = layerscope(*REPORT, env=with_cache(folder))
    assert (done.returncode, done.stdout) == (0, layerscope(*REPORT).stdout)
    assert b"belongs to another user" in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("seconds", [-(10**9), 0, 2**33, 2**34])
def test_odd_clocks_change_nothing(tmp_path: Path, seconds: int) -> None:
    image, folder = tmp_path / "image.tar", tmp_path / "cache"
    shutil.copy(SAMPLE, image)
    os.utime(image, (seconds, seconds))
    arguments = ("analyze", str(image), "--json", "-", "--quiet")
    bare = layerscope(*arguments)
    assert bare.returncode == 0
    for _ in range(2):
        done = layerscope(*arguments, env=with_cache(folder, LAYERSCOPE_CACHE_SIZE="100 kB"))
        assert (done.returncode, done.stdout, done.stderr) == (0, bare.stdout, b"")
        for kept in folder.iterdir():
            os.utime(kept, (seconds, seconds))


@pytest.mark.parametrize("kind", ["open", "file", "size"])
def test_a_cache_that_cannot_be_used_is_one_line(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "cache"
    environment = with_cache(folder)
    if kind == "open":
        folder.mkdir()
        folder.chmod(0o755)
    elif kind == "file":
        folder.write_bytes(b"")
    done = layerscope(*REPORT, env=environment)
    if kind == "size":
        done = layerscope(*REPORT, env=environment | {"LAYERSCOPE_CACHE_SIZE": "huge"})
        assert (done.returncode, b"LAYERSCOPE_CACHE_SIZE: a size is wanted" in done.stderr) == (2, True)
        return
    assert (done.returncode, done.stdout) == (0, layerscope(*REPORT).stdout)
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"layerscope: Going on without the cache: The cache {folder} ")
    assert layerscope("cache", "info", env=environment).returncode == 3


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    bare = layerscope(*REPORT)
    environment = os.environ | NO_ENGINE | with_cache(tmp_path / "cache")
    command = [sys.executable, "-m", "layerscope", *REPORT]
    done = subprocess.run(command, check=False, capture_output=True, env=environment, preexec_fn=limit, timeout=60)
    assert (done.returncode, done.stdout) == (0, bare.stdout)
    assert done.stderr.decode().count("\n") == 1
    assert "cannot be written to" in done.stderr.decode()
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_limit_holds_after_every_run(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    assert layerscope(*REPORT, env=with_cache(folder, LAYERSCOPE_CACHE_SIZE="3 kB")).returncode == 0
    assert 0 < sum(path.stat().st_size for path in folder.iterdir()) <= 3_000


def test_runs_at_once_do_not_hurt_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    bare = layerscope(*REPORT).stdout
    environment = os.environ | NO_ENGINE | with_cache(folder)
    command = [sys.executable, "-m", "layerscope", *REPORT]
    pipe = subprocess.PIPE
    for process in [subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe) for _ in range(3)]:
        assert process.communicate(timeout=60) == (bare, b"")
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []
    assert layerscope(*REPORT, env=with_cache(folder)).stdout == bare
