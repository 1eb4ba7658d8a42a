"""Broken surroundings: closed and full streams, no terminal, odd locales, full disks, interrupts, two runs at once."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.run import NO_ENGINE, SAMPLES, layerscope, wait_for_the_handler

IMAGE = str(SAMPLES / "odd-layers.docker.tar")
LARGE_IMAGE = str(SAMPLES / "naive-devel.docker.tar")
COMMAND = [sys.executable, "-m", "layerscope"]


def shell(line: str, *, env: dict[str, str] | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which $LS is the command."""
    environment = os.environ | NO_ENGINE | {"LS": " ".join(COMMAND)} | (env or {})
    command = ["bash", "-o", "pipefail", "-c", line]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=cwd, timeout=60)


@pytest.mark.parametrize(
    "arguments",
    [f"{IMAGE} -q", f"{IMAGE} -q --json -", f"{LARGE_IMAGE} -q --report csv=-", "--help", "rules", "--version"],
)
@pytest.mark.parametrize(("stdout", "reason"), [(">/dev/full", "No space left on device"), (">&-", "Bad file")])
def test_what_cannot_be_printed_is_one_sentence(arguments: str, stdout: str, reason: str) -> None:
    done = shell(f"$LS {arguments} {stdout}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"layerscope: Standard output cannot be written: {reason}")
    assert done.stderr.count("\n") == 1


def test_files_are_written_though_nothing_can_be_printed(tmp_path: Path) -> None:
    done = shell(f"$LS {IMAGE} -q --json report.json >&-", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads((tmp_path / "report.json").read_bytes())["complete"] is True


def test_nothing_is_written_into_files_that_took_a_closed_streams_place(tmp_path: Path) -> None:
    for closed in (">&- 2>&-", "2>&-", "<&- >&- 2>&-", "<&-"):
        done = shell(f"$LS {IMAGE} --json report.json --save saved.lsa {closed}", cwd=tmp_path)
        assert done.returncode == (2 if ">&- " in closed else 0)
        assert json.loads((tmp_path / "report.json").read_bytes())["complete"] is True
        assert layerscope("render", str(tmp_path / "saved.lsa")).returncode == 0


def test_closed_standard_input() -> None:
    done = shell(f"$LS {IMAGE} -q <&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "naive" not in done.stdout
    done = shell("$LS - <&-")
    assert done.returncode == 3
    assert done.stderr == "layerscope: Standard input is closed. Pipe an archive into it.\n"


@pytest.mark.parametrize(("arguments", "code"), [("no.tar", 3), (f"{IMAGE} --no-such-option", 2)])
@pytest.mark.parametrize("stderr", ["2>/dev/full", "2>&-", "2>&1 | head -c 0"])
def test_an_error_that_cannot_be_told_is_still_an_exit_code(arguments: str, code: int, stderr: str) -> None:
    assert shell(f"$LS {arguments} {stderr}").returncode in {code, 141}


@pytest.mark.parametrize("arguments", [f"{LARGE_IMAGE} -q --report csv=-", f"{LARGE_IMAGE} -q", "rules"])
def test_a_reader_that_goes_away_is_quiet_and_no_failed_check(arguments: str) -> None:
    done = shell(f"$LS {arguments} | head -c 0")
    assert done.returncode in (0, 141)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_YY.ISO-8859-1", "LANG": "xx"},
        {"PYTHONIOENCODING": "ascii"},
        {"TZ": "Nowhere/Odd"},
        {"COLUMNS": "0"},
        {"COLUMNS": "-5"},
        {"TERM": "dumb"},
        {"TERM": ""},
        {"TERM": "no-such-terminal"},
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent/cache"},
        {"TMPDIR": "/nonexistent"},
    ],
    ids=str,
)
def test_odd_environments_change_nothing(env: dict[str, str]) -> None:
    usual, odd = layerscope(IMAGE, "--json", "-", "-q"), layerscope(IMAGE, "--json", "-", "-q", env=env)
    assert odd.returncode == 0, odd.stderr
    assert odd.stdout == usual.stdout
    text = layerscope(IMAGE, "-q", env=env)
    assert text.returncode == 0, text.stderr
    assert b"Traceback" not in text.stderr


def test_a_dumb_terminal_gets_text() -> None:
    command = f"{' '.join(COMMAND)} {IMAGE}"
    done = shell(f"script -qec '{command}' /dev/null </dev/null", env={"TERM": "dumb"})
    assert done.returncode == 0
    assert "\x1b[?1049h" not in done.stdout
    assert "stored" in done.stdout


def test_a_home_that_is_not_ours_to_write(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file in its place")
    done = layerscope(
        IMAGE,
        "--json",
        "-",
        env={"HOME": str(home), "XDG_CACHE_HOME": "", "LAYERSCOPE_NO_CACHE": "0", "LAYERSCOPE_CACHE_DIR": ""},
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["complete"] is True
    assert done.stderr.count(b"\n") == 1
    assert b"without the cache" in done.stderr


def small_files() -> None:
    """As on a disk that is full: no file may grow beyond a kilobyte."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))


@pytest.mark.parametrize("option", [("--json", "old"), ("--report", "csv=old"), ("--save", "old")], ids="-".join)
def test_a_full_disk_keeps_the_old_file(tmp_path: Path, option: tuple[str, str]) -> None:
    (tmp_path / "old").write_text("old")
    done = subprocess.run(
        [*COMMAND, IMAGE, "-q", "--no-cache", *option],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | NO_ENGINE,
        preexec_fn=small_files,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"layerscope: old cannot be written: File too large.")
    assert (tmp_path / "old").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def _delays() -> list[float]:
    """From the first imports to what is written at the end, in seconds."""
    return [0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_any_time(number: signal.Signals, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    env = (
        os.environ
        | NO_ENGINE
        | {"LAYERSCOPE_NO_CACHE": "0", "LAYERSCOPE_CACHE_DIR": str(cache), "TMPDIR": str(tmp_path)}
    )
    interrupted = 0
    for delay_s in _delays():
        arguments = ["--json", "r.json", "--report", "csv=r.csv", "--save", "r.lsa", "--verify", "-q"]
        process = subprocess.Popen(
            [*COMMAND, LARGE_IMAGE, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=tmp_path,
        )
        wait_for_the_handler(process)
        time.sleep(delay_s)
        process.send_signal(number)
        _, message = process.communicate(timeout=10)
        if process.returncode != 0:
            assert (process.returncode, message.strip()) == (130, b"layerscope: interrupted")
            interrupted += 1
        assert {path.name for path in tmp_path.iterdir()} <= {"cache", "r.json", "r.csv", "r.lsa"}
        assert [path.name for path in cache.glob(".*")] == []
    assert interrupted


def test_what_is_ignored_stays_ignored() -> None:
    script = f"trap '' INT; $LS {IMAGE} -q & sleep 0.4; kill -INT $!; wait $!"
    done = shell(script)
    assert done.returncode == 0
    assert "stored" in done.stdout


def test_killed_and_run_again(tmp_path: Path) -> None:
    env = {"LAYERSCOPE_NO_CACHE": "0", "LAYERSCOPE_CACHE_DIR": str(tmp_path / "cache")}
    expected = layerscope(IMAGE, "--json", "-", "-q", "--no-cache").stdout
    for delay_s in (0.3, 0.6, 0.9):
        process = subprocess.Popen(
            [*COMMAND, IMAGE, "-q", "--json", "r.json"],
            stdout=subprocess.DEVNULL,
            cwd=tmp_path,
            env=os.environ | NO_ENGINE | env,
        )
        time.sleep(delay_s)
        process.kill()
        process.wait()
        done = layerscope(IMAGE, "--json", "-", "-q", env=env)
        assert (done.returncode, done.stdout) == (0, expected)


def test_two_runs_at_once_write_one_whole_report(tmp_path: Path) -> None:
    env = os.environ | NO_ENGINE | {"LAYERSCOPE_NO_CACHE": "0", "LAYERSCOPE_CACHE_DIR": str(tmp_path / "cache")}
    command = [*COMMAND, IMAGE, "-q", "--json", "r.json", "--save", "r.lsa"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path, env=env) for _ in range(4)]
    assert [run.wait(timeout=60) for run in runs] == [0] * 4
    alone = layerscope(IMAGE, "-q", "--json", "-").stdout
    assert (tmp_path / "r.json").read_bytes() == alone
    assert layerscope("render", str(tmp_path / "r.lsa"), "--to", "json").stdout == alone
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "r.json", "r.lsa"}


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))


def little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (160_000_000, 160_000_000))


@pytest.mark.parametrize("limit", [few_files, little_memory])
def test_what_is_scarce_is_no_traceback(limit: Callable[[], None]) -> None:
    done = subprocess.run(
        [*COMMAND, LARGE_IMAGE, "-q", "--json", "-"],
        check=False,
        capture_output=True,
        env=os.environ | NO_ENGINE,
        preexec_fn=limit,
        timeout=60,
    )
    assert done.returncode in (0, 2, 3)
    assert done.returncode == 0 or done.stderr.startswith(b"layerscope: ")
    assert b"Traceback" not in done.stderr
