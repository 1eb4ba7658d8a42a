"""`layerscope analyze --save` and `layerscope render` from outside."""

import json
from pathlib import Path

import jsonschema
import pytest

from layerscope.report.document import json_schema
from tests.cli.run import SAMPLES, layerscope
from tests.images import docker_archive, file, layer

NAIVE = str(SAMPLES / "naive-devel.docker.tar")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A saved analysis of the sample."""
    path = str(tmp_path_factory.mktemp("saved") / "naive.lsa")
    done = layerscope("analyze", NAIVE, "--save", path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == layerscope("analyze", NAIVE).stdout
    return path


def test_text_is_what_analyze_printed(saved: str) -> None:
    for options in ((), ("--plain",)):
        done = layerscope("render", saved, *options)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == layerscope("analyze", NAIVE, *options).stdout


@pytest.mark.parametrize("options", [("--to", "json"), ("--to", "json=-"), ("--report", "json=-"), ("--json", "-")])
def test_json_is_what_analyze_wrote(saved: str, options: tuple[str, ...]) -> None:
    done = layerscope("render", saved, *options)
    jsonschema.validate(json.loads(done.stdout), json_schema())
    assert done.stdout == layerscope("analyze", NAIVE, "--json", "-").stdout


def test_several_reports_in_files(saved: str, tmp_path: Path) -> None:
    done = layerscope("render", saved, "--to", f"json={tmp_path}/a=b.json", "--report", f"text={tmp_path}/b.txt")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "b.txt").read_bytes() == layerscope("analyze", NAIVE).stdout
    assert (tmp_path / "a=b.json").read_bytes() == layerscope("analyze", NAIVE, "--json", "-").stdout


def test_the_same_run_writes_the_same_bytes(saved: str, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        path = tmp_path / seed
        env = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": f"UTC+{seed}"}
        assert layerscope("analyze", NAIVE, "--save", str(path), "--quiet", env=env).returncode == 0
        assert path.read_bytes() == Path(saved).read_bytes()


def test_checks_are_those_of_the_run_that_saved_it(tmp_path: Path) -> None:
    path = str(tmp_path / "saved")
    options = ("--max-stored", "1kB", "--max-growth", "5%", "--no-config")
    fresh = layerscope("analyze", NAIVE, *options, "--save", path, "--json", "-")
    assert fresh.returncode == 1
    done = layerscope("render", path, "--json", "-")
    assert (done.returncode, done.stdout) == (0, fresh.stdout)
    assert {check["status"] for check in json.loads(done.stdout)["checks"]} == {"failed", "skipped"}


def test_an_incomplete_image_stays_incomplete(tmp_path: Path) -> None:
    archive, path = tmp_path / "image.tar", tmp_path / "saved"
    archive.write_bytes(
        docker_archive([layer(file("a", b"a" * 4_000), file("b", b"b" * 4_000))[:5_000]], flavour="old")
    )
    assert layerscope("analyze", str(archive), "--save", str(path)).returncode == 3
    done = layerscope("render", str(path))
    assert done.returncode == 3
    assert b"INCOMPLETE" in done.stdout


def test_a_saved_analysis_is_no_image(saved: str) -> None:
    done = layerscope("analyze", saved)
    assert done.returncode == 2
    assert f"layerscope render {saved} --to text" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["render"], 2, "Missing argument"),
        (["render", NAIVE], 3, "is no saved analysis"),
        (["render", "/nonexistent/file"], 3, "/nonexistent/file"),
        (["render", "/"], 3, "is not a regular file"),
        (["render", "SAVED", "--to", "jsn"], 2, "Did you mean json"),
        (["render", "SAVED", "--to", "json", "--to", "text"], 2, "standard output"),
        (["render", "SAVED", "--to", "json=/nonexistent/a"], 2, "cannot be written"),
        (["tui", "SAVED"], 2, "There is no terminal"),
        (["analyze", NAIVE, "--save", "-"], 2, "name a file"),
        (["analyze", NAIVE, "--save", "/nonexistent/a"], 2, "cannot be written"),
        (["analyze", NAIVE, "--save", "a", "--json", "a"], 2, "Two outputs cannot both go to a"),
    ],
)
def test_errors_say_what_to_do(saved: str, arguments: list[str], code: int, part: str) -> None:
    done = layerscope(*(saved if item == "SAVED" else item for item in arguments))
    assert done.returncode == code
    assert part in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_damaged_file_leaves_no_report(saved: str, tmp_path: Path) -> None:
    damaged, report = tmp_path / "damaged", tmp_path / "report.json"
    damaged.write_bytes(Path(saved).read_bytes()[:-1])
    done = layerscope("render", str(damaged), "--json", str(report))
    assert done.returncode == 3
    assert b"is damaged" in done.stderr
    assert b"--save" in done.stderr
    assert not report.exists()


def test_help_has_examples() -> None:
    done = layerscope("render", "--help")
    assert done.returncode == 0
    assert b"Examples:" in done.stdout
