"""Images that are made to exhaust their readers: a sentence, exit code 3, and what could be read."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import layerscope
from tests.images import directory, docker_archive, file, layer, oci_archive, oci_layout

GOOD = layer(file("good", b"g" * 1_000))
ZEROS = layer(file("zeros", bytes(120_000_000)))
MEMORY_BYTES = 300 << 20


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A layer of a thousand bytes, one of 120 MB in some kilobytes, and one above."""
    path = tmp_path_factory.mktemp("bomb") / "image.tar"
    top = layer(file("top", b"t" * 2_000))
    path.write_bytes(oci_archive(oci_layout([GOOD, ZEROS, top], compression="zstd")))
    assert path.stat().st_size < 100_000
    return str(path)


def report(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> tuple[int, dict[str, Any]]:
    done = layerscope("analyze", *arguments, "--json", "-", "--quiet", env=env, cwd=cwd)
    assert b"Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_beyond_the_ratio_is_a_warning(bomb: str) -> None:
    code, found = report(bomb)
    assert (code, found["complete"]) == (0, True)
    assert [text for text in found["warnings"] if "over 1000 times its size" in text]
    assert report(bomb, "--max-ratio", "1000000")[1]["warnings"] == []


def by_option(_folder: Path) -> tuple[list[str], dict[str, str]]:
    return ["--max-unpacked", "50MB"], {}


def by_environment(_folder: Path) -> tuple[list[str], dict[str, str]]:
    return [], {"LAYERSCOPE_MAX_UNPACKED": "50MB"}


def by_file(folder: Path) -> tuple[list[str], dict[str, str]]:
    (folder / "our.toml").write_text('max-unpacked = "50 MB"\nmax-ratio = 100\n')
    return ["--config", str(folder / "our.toml")], {}


@pytest.mark.parametrize("chosen", [by_option, by_environment, by_file])
def test_beyond_the_limit_the_layer_ends_and_the_others_are_read(
    bomb: str, tmp_path: Path, chosen: Callable[[Path], tuple[list[str], dict[str, str]]]
) -> None:
    arguments, env = chosen(tmp_path)
    code, found = report(bomb, *arguments, env=env)
    assert (code, found["complete"]) == (3, False)
    damages = [item["damage"] for item in found["layers"]]
    assert damages[0] is None
    assert "over 50.0 MB" in damages[1]
    assert "--max-unpacked" in damages[1]
    assert found["layers"][0]["content_size"] == 1_000
    assert found["layers"][1]["content_size"] == 0
    assert report(bomb, "--max-unpacked", "200MB")[0] == 0


def test_a_compressed_archive_is_bounded_as_well(tmp_path: Path) -> None:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(docker_archive([GOOD, ZEROS], flavour="podman"), 9))
    done = layerscope("analyze", str(path), "--max-unpacked", "50MB", "--json", "-", "--quiet")
    assert done.returncode == 3
    assert done.stdout == b""
    assert b"over 50.0 MB" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_entries_without_end(tmp_path: Path) -> None:
    block = layer(directory("d"))[:512]
    path = tmp_path / "image.tar"
    path.write_bytes(oci_archive(oci_layout([GOOD, block * 40_000 + bytes(1_024)], compression="zstd")))
    assert path.stat().st_size < 50_000
    code, found = report(str(path), "--max-unpacked", "10MB")
    assert code == 3
    assert found["layers"][0]["damage"] is None
    assert "over 10.0 MB" in found["layers"][1]["damage"]


def test_very_many_entries_of_a_small_archive(tmp_path: Path) -> None:
    block = layer(directory("d"))[:512]
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(docker_archive([GOOD, block * 600_000 + bytes(1_024)], flavour="podman"), 6))
    assert path.stat().st_size < 2_000_000
    code, found = report(str(path))
    assert code == 3
    assert found["layers"][0]["damage"] is None
    assert "over 500000 entries" in found["layers"][1]["damage"]


def test_memory_stays_small(bomb: str) -> None:
    script = (
        "import pathlib, re, sys; from layerscope.cli.main import run; code = run(sys.argv[1:]); "
        "status = pathlib.Path('/proc/self/status').read_text(); "
        "sys.stderr.write(re.search(r'VmHWM:\\s+(\\d+) kB', status)[1]); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "analyze", bomb, "--quiet", "--plain"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert int(done.stderr.splitlines()[-1]) * 1024 < MEMORY_BYTES


@pytest.mark.parametrize("arguments", [("--max-unpacked", "much"), ("--max-ratio", "0"), ("--max-ratio", "x")])
def test_what_makes_no_sense_is_exit_code_2(bomb: str, arguments: tuple[str, str]) -> None:
    done = layerscope("analyze", bomb, *arguments)
    assert done.returncode == 2
    assert arguments[0].encode() in done.stderr
