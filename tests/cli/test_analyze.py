"""`layerscope analyze` from outside: outputs, exit codes, one sentence for each error."""

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import jsonschema
import pytest

from layerscope.report.document import json_schema
from tests.cli.run import NO_ENGINE, SAMPLES, layerscope, wait_for_the_handler
from tests.images import docker_archive, file, layer, oci_archive, oci_layout, write_layout

NAIVE = str(SAMPLES / "naive-devel.docker.tar")


def test_text_report_names_what_matters() -> None:
    done = layerscope("analyze", NAIVE)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""
    for part in ("superseded", "duplicate", "pip cache (pip-cache)", "torch 2.5.1", "RUN chmod -R g+w /models"):
        assert part in text
    assert "same content again: only mode, owner or time changed  /models/model.safetensors" in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_command_may_be_left_out() -> None:
    assert layerscope(NAIVE).stdout == layerscope("analyze", NAIVE).stdout


def test_plain_text_has_no_drawing_characters() -> None:
    done = layerscope("analyze", NAIVE, "--plain", env={"FORCE_COLOR": "1"})
    assert b"\x1b" not in done.stdout
    assert not {"█", "░", "─", "│"} & set(done.stdout.decode())


def test_json_on_standard_output_is_the_whole_output_and_keeps_to_the_schema() -> None:
    done = layerscope("analyze", NAIVE, "--json", "-")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json_schema())
    assert report["complete"] is True
    assert report["image"]["source"] == "docker-archive"
    assert sum(c["stored_bytes"] for c in report["categories"]) == report["sizes"]["stored_bytes"]


def test_json_is_the_same_under_other_hash_seeds_and_locales(tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.json"
        env = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": f"UTC+{seed}"}
        done = layerscope("analyze", NAIVE, "--json", str(path), env=env)
        assert done.returncode == 0, done.stderr
        outputs.append((path.read_bytes(), done.stdout))
    assert outputs[0] == outputs[1]


def test_standard_input() -> None:
    done = layerscope("analyze", "-", "--json", "-", stdin=Path(NAIVE).read_bytes())
    report, direct = json.loads(done.stdout), json.loads(layerscope(NAIVE, "--json", "-").stdout)
    assert report["image"]["source"] == "stdin"
    for sizes in (report["sizes"], direct["sizes"]):
        # Samples are drawn at other places where bytes pass by.
        assert 0 < sizes.pop("transfer_bytes_estimate") < sizes["stored_bytes"]
    assert report["sizes"] == direct["sizes"]
    assert all(item["verified"] for item in report["layers"])


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-h"], ["analyze", "--help"], ["analyze", "-h"]])
def test_version_and_help(arguments: list[str]) -> None:
    done = layerscope(*arguments)
    assert done.returncode == 0
    assert b"layerscope" in done.stdout
    assert arguments == ["--version"] or b"Examples:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["analyze"], b"Missing argument"),
        (["analyze", NAIVE, "--no-such-option"], b"No such option"),
        (["analyze", NAIVE, "--platform", "linux"], b"is not a platform"),
        (["analyze", NAIVE, "--pull", "sometimes"], b"Invalid value"),
        (["analyze", NAIVE, "--json", "/nonexistent/report.json"], b"cannot be written"),
        (["analyze", NAIVE, "--save", "/nonexistent/image.lsa"], b"there is no folder /nonexistent"),
        (["anlayze", NAIVE], b"Did you mean analyze?"),
        (["analyze", f"oci-dir:{NAIVE}"], b"is no directory"),
        (["analyze", ""], b"empty"),
    ],
)
def test_usage_errors_are_exit_code_2(arguments: list[str], part: bytes) -> None:
    done = layerscope(*arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("group", [[], ["budget"], ["cache"], ["config"]])
def test_no_commands_line_of_help_is_cut_on_80_columns(group: list[str]) -> None:
    done = layerscope(*group, "--help", env={"COLUMNS": "80"})
    commands = done.stdout.decode().partition("Commands:\n")[2].partition("\n\n")[0]
    assert commands
    assert "..." not in commands


def _files(folder: Path) -> dict[str, str]:
    """Bad inputs by what is wrong with them."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("etc/passwd")
        archive.addfile(info)
    image = docker_archive([layer(file("f", b"x" * 5_000))], flavour="old")
    contents = {
        "empty": b"",
        "text": b"hello\n" * 200,
        "exported": tar.getvalue(),
        "truncated": image[: len(image) // 2],
        "xz": b"\xfd7zXZ\x00" + bytes(600),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents} | {"missing": str(folder / "no.tar"), "folder": str(folder)}


@pytest.mark.parametrize(
    ("what", "part"),
    [
        ("empty", "is empty"),
        ("text", "is not an image"),
        ("exported", "docker export"),
        ("truncated", "too early"),
        ("truncated", "truncated is damaged. "),
        ("xz", "compressed with xz"),
        ("missing", "There is no file"),
        ("folder", "no OCI image layout"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_3(tmp_path: Path, what: str, part: str) -> None:
    done = layerscope("analyze", _files(tmp_path)[what])
    message = done.stderr.decode()
    assert done.returncode == 3
    assert done.stdout == b""
    assert part in message
    assert message.startswith("layerscope: ")
    assert message.count("\n") == 1


def test_unknown_image_without_an_engine_says_who_was_asked() -> None:
    done = layerscope("analyze", "no-such-image:tag")
    assert done.returncode == 3
    assert b"Docker Engine" in done.stderr
    assert b"Podman" in done.stderr


def test_unknown_platform(tmp_path: Path) -> None:
    layout = write_layout(oci_layout({"linux/amd64": [layer(file("f", b"x"))]}), tmp_path / "layout")
    done = layerscope("analyze", str(layout), "--platform", "linux/s390x")
    assert done.returncode == 3
    assert b"s390x" in done.stderr


def test_a_damaged_layer_is_reported_in_part_with_exit_code_3(tmp_path: Path) -> None:
    good, bad = layer(file("good", b"g" * 100)), layer(file("kept", b"k" * 700), file("lost", b"l" * 700))
    bad = bad[:1_536] + b"\xff" * 512 + bad[2_048:]
    path = tmp_path / "damaged.tar"
    path.write_bytes(docker_archive([good, bad], flavour="old"))
    done = layerscope("analyze", str(path), "--json", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert done.returncode == 3
    assert b"read in part" in done.stderr
    assert b"INCOMPLETE" in done.stdout
    assert report["complete"] is False
    assert report["layers"][1]["damage"]
    assert report["sizes"]["stored_bytes"] == 800


def test_a_wrong_digest_names_the_blob(tmp_path: Path) -> None:
    files = oci_layout([layer(file("f", b"x" * 5_000))], compression="gzip")
    name = max((name for name in files if name.startswith("blobs/")), key=lambda name: len(files[name]))
    layers = [name for name in files if files[name][:2] == b"\x1f\x8b"]
    name = layers[0]
    files[name] = files[name][:-6] + bytes([files[name][-6] ^ 1]) + files[name][-5:]
    path = tmp_path / "image.tar"
    path.write_bytes(oci_archive(files))
    done = layerscope("analyze", str(path))
    assert done.returncode == 3
    assert name.rpartition("/")[2].encode() in done.stderr


def test_a_failed_write_leaves_the_old_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old")
    bad = tmp_path / "bad.tar"
    bad.write_bytes(b"x" * 2_000)
    assert layerscope("analyze", str(bad), "--json", str(report)).returncode == 3
    assert report.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar", "report.json"]


def test_a_closed_pipe_is_quiet() -> None:
    command = f"'{sys.executable}' -m layerscope analyze '{NAIVE}' | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)
    assert done.stderr == b""
    assert done.stdout in (b"0\n", b"141\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_waiting_for_input(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "layerscope", "analyze", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | NO_ENGINE,
    )
    assert process.stdin is not None
    process.stdin.write(Path(NAIVE).read_bytes()[:100_000])
    process.stdin.flush()
    wait_for_the_handler(process)
    time.sleep(1)
    process.send_signal(number)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert message.strip() == b"layerscope: interrupted"


def test_hostile_names_reach_no_sink_unescaped(tmp_path: Path) -> None:
    names = ["\x1b]0;title\x07", "a\u202eb", "[/red]x", "new\nline", "\udcff\udc80", "=cmd()"]
    items = [file(f"d/{name}", b"same content " * 40) for name in names]
    path = tmp_path / "hostile.tar"
    path.write_bytes(
        docker_archive(
            [layer(*items), layer(*items)],
            flavour="old",
            history=[{"created_by": "RUN \x1b[31mred"}, {"created_by": "COPY [bold]x"}],
        )
    )
    done = layerscope("analyze", str(path), "--json", str(tmp_path / "r.json"), env={"LC_ALL": "C"})
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "r.json").read_bytes()
    for output in (done.stdout, done.stderr, report):
        text = output.decode("ascii" if output is report else "utf-8")
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "base64:" in report.decode()
    assert b"[/red]x" in report
