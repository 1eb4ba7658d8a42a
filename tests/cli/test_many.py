"""`layerscope analyze A B C` from outside: what is written, in which place, and how it ends."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from layerscope.report.document import json_schema
from layerscope.report.many.document import images_json_schema
from tests.cli.run import layerscope
from tests.engine.registries import served_registry
from tests.images import docker_archive, file, layer, oci_layout, write_layout
from tests.tools import tool

BASE = layer(file("usr/lib/base", b"b" * 60_000))
APP, WORKER = layer(file("app/a", b"a" * 4_000)), layer(file("app/w", b"w" * 9_000))


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder with two images on one base, and a file that is no image."""
    for name, top in (("app", APP), ("worker", WORKER)):
        (tmp_path / f"{name}.tar").write_bytes(docker_archive([BASE, top], flavour="modern", repo_tags=[f"{name}:1"]))
    (tmp_path / "broken.tar").write_bytes(b"no image at all" * 100)
    return tmp_path


def report_of(*arguments: str, folder: Path, code: int = 0) -> dict[str, Any]:
    done = layerscope("analyze", *arguments, "--json", "-", cwd=folder)
    assert done.returncode == code, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, images_json_schema())
    assert isinstance(document, dict)
    return document


def test_json_has_each_images_own_report_and_what_they_share(archives: Path) -> None:
    document = report_of("app.tar", "worker.tar", folder=archives)
    for item, name in zip(document["images"], ("app.tar", "worker.tar"), strict=True):
        alone = layerscope("analyze", name, "--json", "-", cwd=archives)
        assert (item["reference"], item["error"]) == (name, None)
        assert item["report"] == json.loads(alone.stdout)
        jsonschema.validate(item["report"], json_schema())
    assert [(item["shared_bytes"], item["own_bytes"]) for item in document["images"]] == [
        (60_000, 4_000),
        (60_000, 9_000),
    ]
    assert document["sharing"]["stored_bytes"] == 73_000
    assert document["sharing"]["layers"] == [
        {
            "diff_id": f"sha256:{hashlib.sha256(BASE).hexdigest()}",
            "instruction": "layer 0",
            "content_size": 60_000,
            "images": [0, 1],
        }
    ]
    assert document["complete"] is True


def test_the_table_names_images_sums_and_shared_layers(archives: Path) -> None:
    done = layerscope("app.tar", "worker.tar", "--plain", cwd=archives)
    lines = [" ".join(line.split()) for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[3].startswith("1 64.0 kB 64.0 kB ~")
    assert lines[3].endswith("60.0 kB 4.0 kB 0 B app.tar")
    assert lines[4].endswith("60.0 kB 9.0 kB 0 B worker.tar")
    assert "Together 73.0 kB are stored, 133.0 kB one by one." in lines
    assert "60.0 kB 1 2 layer 0" in lines
    assert not {"█", "─", "│"} & set(done.stdout.decode())


def test_one_that_cannot_be_read_does_not_stop_the_others(archives: Path) -> None:
    done = layerscope("analyze", "broken.tar", "app.tar", "missing.tar", cwd=archives)
    assert done.returncode == 3
    table = " ".join(done.stdout.decode().split())
    assert "not read: broken.tar is not an image" in table
    assert "not read: There is no file 'missing.tar'." in table
    assert "64.0 kB 0 B app.tar" in table
    told = done.stderr.decode().splitlines()
    assert [line.split(":")[1] for line in told] == [" broken.tar", " missing.tar"]
    document = report_of("broken.tar", "app.tar", folder=archives, code=3)
    assert document["complete"] is False
    assert document["images"][0]["report"] is None
    assert document["images"][0]["error"].startswith("broken.tar is not an image")
    assert document["images"][1]["report"]["sizes"]["stored_bytes"] == 64_000


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("app.tar", "worker.tar", "--max-stored", "69kB"), 0),
        (("app.tar", "worker.tar", "--max-stored", "65kB"), 1),
        (("app.tar", "worker.tar", "--max-stored", "65kB", "--exit-zero"), 0),
        (("app.tar", "oci-dir:app.tar", "worker.tar", "--max-stored", "65kB"), 2),
        (("broken.tar", "worker.tar", "--max-stored", "65kB"), 3),
    ],
)
def test_the_gravest_exit_code_counts(archives: Path, arguments: tuple[str, ...], code: int) -> None:
    done = layerscope("analyze", *arguments, cwd=archives)
    assert done.returncode == code
    told = "worker.tar: 1 of 1 checks failed: stored." in done.stderr.decode()
    assert told == ("65kB" in arguments)
    assert (b"failed: stored" in done.stdout) == told


def test_a_list_with_comments_and_arguments(archives: Path) -> None:
    (archives / "odd#name.tar").write_bytes((archives / "app.tar").read_bytes())
    (archives / "list.txt").write_text(
        "\ufeff# ours\n\n  worker.tar   # the second\r\nodd#name.tar\napp.tar\n#broken.tar\n"
    )
    listed = ["worker.tar", "odd#name.tar", "app.tar"]
    document = report_of("--from-file", "list.txt", folder=archives)
    assert [item["reference"] for item in document["images"]] == listed
    document = report_of("app.tar", "--from-file", "list.txt", folder=archives)
    assert [item["reference"] for item in document["images"]] == ["app.tar", *listed[:2]]


def test_a_list_of_one_from_standard_input_has_the_form_of_many(archives: Path) -> None:
    done = layerscope("analyze", "--from-file", "-", "--json", "-", stdin=b"app.tar\n", cwd=archives)
    assert done.returncode == 0
    assert [item["reference"] for item in json.loads(done.stdout)["images"]] == ["app.tar"]


def test_an_image_from_standard_input_among_others(archives: Path) -> None:
    done = layerscope("analyze", "-", "worker.tar", stdin=(archives / "app.tar").read_bytes(), cwd=archives)
    assert done.returncode == 0
    assert b"Together 73.0 kB are stored" in done.stdout


def test_files_for_each_image_and_for_all(archives: Path) -> None:
    options = ("--report", "json={name}.json", "--report", "csv-layers={name}.csv", "--report", "text=all.txt")
    references = ("app.tar", "./app.tar", "worker.tar", "worker.tar:worker:1")
    done = layerscope("analyze", *references, *options, "--save", "{name}.lsa", cwd=archives)
    assert done.returncode == 0, done.stderr
    made = {path.name for path in archives.iterdir()} - {"app.tar", "worker.tar", "broken.tar"}
    names = {"app.tar", "app.tar-2", "worker.tar", "worker.tar-worker-1"}
    assert made == {"all.txt", *(f"{name}.{end}" for name in names for end in ("json", "csv", "lsa"))}
    assert (archives / "all.txt").read_bytes() == done.stdout
    assert json.loads((archives / "worker.tar.json").read_text())["sizes"]["stored_bytes"] == 69_000
    saved = layerscope("render", "app.tar-2.lsa", "--to", "json", cwd=archives)
    assert json.loads(saved.stdout) == json.loads((archives / "app.tar-2.json").read_text())


def test_the_placeholder_works_for_one_image_too(archives: Path) -> None:
    assert layerscope("analyze", "app.tar", "--json", "{name}.json", cwd=archives).returncode == 0
    assert json.loads((archives / "app.tar.json").read_text())["sizes"]["stored_bytes"] == 64_000


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "Missing argument 'REF'."),
        (
            ("app.tar", "worker.tar", "--report", "html=page.html"),
            "--report html=page.html is one file, and there are 2",
        ),
        (("app.tar", "worker.tar", "--report", "md=-"), "--report md=- is one file, and there are 2 images."),
        (("app.tar", "worker.tar", "--save", "all.lsa"), "--save all.lsa is one file, and there are 2 images."),
        (("app.tar", "worker.tar", "--json", "x", "--report", "text=x"), "Two outputs cannot both go to x."),
        (("app.tar", "b", "--json", "app.tar.x", "--save", "{name}.x"), "Two outputs cannot both go to app.tar.x."),
        (("app.tar", "worker.tar", "--json", "none/{name}"), "there is no folder"),
        (("app.tar", "worker.tar", "--dockerfile", "Dockerfile"), "--dockerfile is of one image"),
        (("app.tar", "b", "--baseline", "x.json", "--max-growth", "5%"), "A baseline is of one image"),
        (("--from-file", "missing.txt"), "The list missing.txt cannot be read: No such file or directory."),
        (("--from-file", "utf16.txt"), "The list utf16.txt cannot be read: it is no UTF-8."),
        (("--from-file", "empty.txt"), "empty.txt names no image."),
        (("--from-file", "huge.txt"), "The list huge.txt has more than 1048576 bytes."),
        (("--from-file", "-", "-"), "Standard input cannot be the list and an image in one run."),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_read(
    archives: Path, arguments: tuple[str, ...], problem: str
) -> None:
    (archives / "utf16.txt").write_bytes("app.tar\n".encode("utf-16"))
    (archives / "empty.txt").write_text("# nothing\n\n")
    (archives / "huge.txt").write_text("app.tar\n" * 140_000)
    before = sorted(archives.iterdir())
    done = layerscope("analyze", *arguments, stdin=b"app.tar\n", cwd=archives)
    assert (done.returncode, done.stdout) == (2, b"")
    assert problem in done.stderr.decode()
    assert sorted(archives.iterdir()) == before


@pytest.mark.parametrize("cache", ["kept", "temporary"])
def test_a_layer_is_fetched_once_in_a_run(tmp_path: Path, cache: str) -> None:
    """The registry's own log says what was asked for."""
    environment = {"LAYERSCOPE_NO_CACHE": "", "LAYERSCOPE_CACHE_DIR": str(tmp_path / "cache")}
    (scratch := tmp_path / "tmp").mkdir()
    tool("docker-registry")
    copy = [tool("skopeo"), "copy", "--quiet", "--dest-tls-verify=false"]
    with served_registry(tmp_path) as registry:
        for name, top in (("app", APP), ("worker", WORKER)):
            source = write_layout(oci_layout([BASE, top]), tmp_path / name)
            target = f"docker://{registry.address}/{name}:1"
            subprocess.run([*copy, f"oci:{source}", target], capture_output=True, check=True, timeout=60)
        before = len(registry.requests())
        references = [f"registry:{registry.address}/{name}:1" for name in ("app", "worker")]
        option = ["--no-cache"] if cache == "temporary" else []
        done = layerscope("analyze", *references, *option, env=environment | {"TMPDIR": str(scratch)})
        asked = [line for line in registry.requests()[before:].splitlines() if "layerscope/" in line]
    assert done.returncode == 0, done.stderr
    # Two configurations, and three layers of the four.
    assert sum("/blobs/" in line for line in asked) == 5
    assert list(scratch.iterdir()) == []
    assert (tmp_path / "cache").exists() == (cache == "kept")
