"""The tests' own way to run the command fast, against commands that start anew."""

import os
from pathlib import Path

import pytest

from tests.cli.run import NO_ENGINE, SAMPLES, started
from tests.cli.warm import warm
from tests.images import directory, docker_archive, file, layer

NAIVE = str(SAMPLES / "naive-devel.docker.tar")
# More than a pipe holds, both ways.
LARGE = docker_archive(
    [layer(directory("d"), *(file(f"d/{number}", b"1" * 600) for number in range(400)))], flavour="old"
)


@pytest.mark.parametrize(
    ("arguments", "stdin", "env"),
    [
        (("analyze", "missing.tar"), b"", {}),
        (("analyze", NAIVE, "--strict", "--max-stored", "1kB"), b"", {}),
        (("analyze", "-", "--report", "csv=-", "--verbose"), LARGE, {}),
        (("analyze", "-"), b"no image" * 100_000, {}),
        (("analyze", NAIVE, "--json", "report.json"), b"", {"COLUMNS": "50"}),
        (("analyze", NAIVE, "--json", "-"), b"", {"LAYERSCOPE_PURPOSE": "dev"}),
        (("diff", NAIVE, NAIVE), b"", {}),
        (("rules", "ü\udcff"), b"", {}),
        ((), b"", {}),
    ],
    ids=["error", "check", "stdin", "unread-stdin", "file", "environment", "diff", "odd-word", "no-word"],
)
def test_it_is_what_starts_anew(arguments: tuple[str, ...], stdin: bytes, env: dict[str, str], tmp_path: Path) -> None:
    done = []
    for name, run in {"warm": warm, "started": started}.items():
        (cwd := tmp_path / name).mkdir()
        command = run(arguments, stdin, os.environ | NO_ENGINE | env, cwd)
        files = {path.name: path.read_bytes() for path in cwd.iterdir()}
        done.append((command.returncode, command.stdout, command.stderr, files))
    assert done[0] == done[1]
    assert done[0][1] or done[0][2]


def test_what_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert warm(["--version"], b"", os.environ, None).returncode == 0
    monkeypatch.setattr("tests.cli.warm.TIMEOUT_S", 1)
    # Nobody ever writes into this pipe.
    os.mkfifo(tmp_path / "slow.tar")
    with pytest.raises(TimeoutError):
        warm(["analyze", str(tmp_path / "slow.tar")], b"", os.environ | NO_ENGINE, None)
