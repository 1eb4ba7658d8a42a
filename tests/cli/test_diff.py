"""`layerscope diff` from outside: what it takes, exit codes, one sentence for each error."""

import json
import random
from pathlib import Path

import jsonschema
import pytest

from layerscope.report.diff.document import diff_json_schema
from tests.cli.run import SAMPLES, layerscope
from tests.diff.builds import save
from tests.images import docker_archive, file, layer

NAIVE = str(SAMPLES / "naive-devel.docker.tar")
TIDY = str(SAMPLES / "tidy-multistage.docker.tar")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two images, the second one with 10,000 bytes more than the first one's 20,100."""
    folder = tmp_path_factory.mktemp("grown")
    old, new = (("COPY data /data", [file("data", b"x" * size)]) for size in (20_000, 30_000))
    return str(save(folder / "old.tar", old)), str(save(folder / "new.tar", new))


def test_text_says_what_changed() -> None:
    done = layerscope("diff", TIDY, NAIVE)
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    for part in ("The image grew by", "yours", "the base", "fetches", "pip-cache", "Who brought it", "RUN pip install"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 120


def test_json_on_standard_output_is_the_whole_output() -> None:
    done = layerscope("diff", TIDY, NAIVE, "--json", "-")
    assert done.returncode == 0
    jsonschema.validate(json.loads(done.stdout), diff_json_schema())


def test_reports_compare_as_the_images_that_they_are_of(tmp_path: Path) -> None:
    paths = []
    for name, image in (("old", TIDY), ("new", NAIVE)):
        paths.append(str(tmp_path / f"{name}.json"))
        assert layerscope("analyze", image, "--json", paths[-1]).returncode == 0
    whole = layerscope("diff", TIDY, NAIVE, "--json", "-").stdout
    assert layerscope("diff", *paths, "--json", "-").stdout == whole
    assert layerscope("diff", TIDY, paths[1], "--json", "-").stdout == whole


def test_a_saved_analysis_compares_as_the_image_that_it_is_of(tmp_path: Path) -> None:
    path = str(tmp_path / "new.lsa")
    assert layerscope("analyze", NAIVE, "--save", path).returncode == 0
    assert layerscope("diff", TIDY, path, "--json", "-").stdout == layerscope("diff", TIDY, NAIVE, "--json", "-").stdout


def test_bytes_are_the_same_under_other_hash_seeds() -> None:
    outputs = [
        layerscope("diff", TIDY, NAIVE, "--json", "-", env={"PYTHONHASHSEED": seed, "LC_ALL": "C"}).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("limits", "code"),
    [(["49.7%"], 1), (["49.8%"], 0), (["9999"], 1), (["10kB"], 0), (["1GB", "10%"], 1), (["0%"], 1), ([], 0)],
)
def test_a_limit_that_is_broken_is_exit_code_1(grown: tuple[str, str], limits: list[str], code: int) -> None:
    done = layerscope("diff", *grown, *(word for limit in limits for word in ("--max-growth", limit)))
    assert done.returncode == code, done.stdout
    assert (b"grew beyond a limit" in done.stderr) == (code == 1)
    assert (b"failed" in done.stdout) == (code == 1)


def test_the_time_of_a_pull_is_at_the_bandwidth(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(2_000_000)
    old = save(tmp_path / "old.tar", ("COPY a /a", [file("a", noise[:10])]), compression="gzip")
    new = save(tmp_path / "new.tar", ("COPY a /a", [file("a", noise)]), compression="gzip")
    found = json.loads(layerscope("diff", str(old), str(new), "--bandwidth", "1Mbit/s", "--json", "-").stdout)
    fetch = found["reuse"]["by_blob"]
    assert 2_000_000 < fetch["transfer_bytes"] < 2_010_000
    assert fetch["seconds_estimate"] == pytest.approx(16, abs=0.1)
    assert "in 1 layer, 16.0 s at 1 Mbit/s" in found["verdict"][1]


def test_settings_of_the_project_are_taken(tmp_path: Path) -> None:
    """A finding that is off is not looked for, in either image, unless the configuration is left out."""
    (tmp_path / ".layerscope.toml").write_text('[findings]\npip-cache = "off"\n')
    command = ("diff", TIDY, NAIVE, "--json", "-")
    for more, is_told in (((), False), (("--no-config",), True)):
        found = json.loads(layerscope(*command, *more, cwd=tmp_path).stdout)
        assert ("pip-cache" in {change["id"] for change in found["findings"]}) is is_told


def test_an_image_that_shrank_keeps_every_limit(grown: tuple[str, str]) -> None:
    assert layerscope("diff", *reversed(grown), "--max-growth", "0%").returncode == 0


def test_several_reports_in_one_run(grown: tuple[str, str], tmp_path: Path) -> None:
    text, report = tmp_path / "diff.txt", tmp_path / "diff.json"
    done = layerscope("diff", *grown, "--report", f"text={text}", "--json", str(report))
    assert done.returncode == 0
    assert text.read_bytes() == done.stdout
    assert json.loads(report.read_bytes())["sizes"]["stored"]["delta_bytes"] == 10_000


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["diff", NAIVE], b"Missing argument"),
        (["diff", NAIVE, NAIVE, "--max-growth", "much"], b"no limit on growth"),
        (["diff", "-", "-"], b"Only one of the two"),
        (["diff", NAIVE, NAIVE, "--report", "jsn=x"], b"Did you mean json"),
        (["diff", NAIVE, NAIVE, "--json", "/nonexistent/diff.json"], b"cannot be written"),
    ],
)
def test_usage_errors_are_exit_code_2(arguments: list[str], part: bytes) -> None:
    done = layerscope(*arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b'{"a": 1}', b"is not a layerscope report of schema 1"),
        (b"  \n{", b"is not a layerscope report of schema 1"),
        (b"hello\n", b"is not an image"),
        (b"", b"is empty"),
    ],
)
def test_what_is_neither_image_nor_report_is_exit_code_3(tmp_path: Path, content: bytes, part: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    done = layerscope("diff", NAIVE, str(path))
    assert done.returncode == 3
    assert part in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_an_image_that_is_read_in_part_is_exit_code_3(tmp_path: Path) -> None:
    whole = layer(file("a", b"x" * 5_000), file("b", b"y" * 5_000))
    damaged = whole[:512] + b"x" * 5_120 + b"not a header".ljust(512, b"!") + whole[6_144:]
    path = tmp_path / "damaged.tar"
    path.write_bytes(docker_archive([damaged], flavour="old"))
    done = layerscope("diff", str(path), NAIVE)
    assert done.returncode == 3, done.stdout
    assert b"read in part" in done.stderr
    assert b"INCOMPLETE" in done.stdout
    assert b"The old image was read in part" in done.stdout


def test_help_has_examples() -> None:
    done = layerscope("diff", "--help")
    assert done.returncode == 0
    assert b"Examples:" in done.stdout
