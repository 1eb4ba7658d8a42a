"""`layerscope budget init` from outside: what it writes is kept by the image, and broken by a larger one."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.run import SAMPLES, layerscope
from tests.images import docker_archive, file, layer

SAMPLE = str(SAMPLES / "naive-devel.docker.tar")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def image(project: Path, size_bytes: int) -> str:
    archive = docker_archive([layer(file("x", b"x" * size_bytes))], flavour="modern")
    (project / "image.tar").write_bytes(archive)
    return "image.tar"


def stored(project: Path) -> str:
    text: str = tomllib.loads((project / ".layerscope.toml").read_text())["budget"]["stored"]
    return text


def test_the_image_keeps_the_limits_that_were_made_of_it(project: Path) -> None:
    for headroom in ("0%", "5%"):
        assert layerscope("budget", "init", SAMPLE, "--headroom", headroom, cwd=project).returncode == 0
        done = layerscope(SAMPLE, "--json", "-", cwd=project)
        checks = json.loads(done.stdout)["checks"]
        assert done.returncode == 0, done.stderr
        assert {check["id"] for check in checks} == {"stored", "transfer", "superseded", "duplicate"}


def test_headroom_is_a_share_of_todays_size(project: Path) -> None:
    done = layerscope("budget", "init", image(project, 100_000), "--headroom", "12.5%", cwd=project)
    assert "stored: no limit -> 113 kB" in done.stdout.decode()
    assert stored(project) == "113 kB"
    assert layerscope(image(project, 113_000), cwd=project).returncode == 0
    assert layerscope(image(project, 113_001), cwd=project).returncode == 1


def test_a_ratchet_only_lowers(project: Path) -> None:
    arguments = ("--headroom", "0%", "--ratchet")
    for size_bytes, limit in ((5_000, "5.00 kB"), (4_000, "4.00 kB"), (6_000, "4.00 kB"), (4_000, "4.00 kB")):
        assert layerscope("budget", "init", image(project, size_bytes), *arguments, cwd=project).returncode == 0
        assert stored(project) == limit
    assert layerscope("budget", "init", image(project, 6_000), "--headroom", "0%", cwd=project).returncode == 0
    assert stored(project) == "6.00 kB"


def test_a_report_and_a_saved_analysis_do_as_well_as_the_image(project: Path) -> None:
    layerscope(SAMPLE, "--json", "report.json", "--save", "image.lsa", cwd=project)
    texts = set()
    for source in (SAMPLE, "report.json", "image.lsa"):
        assert layerscope("budget", "init", source, "--config", "x.toml", cwd=project).returncode == 0
        texts.add((project / "x.toml").read_text())
    assert len(texts) == 1


def test_a_project_file_keeps_what_it_has(project: Path) -> None:
    text = '[project]\nname = "x" # ours\n\n[tool.layerscope]\nstrict = true\n'
    (project / "pyproject.toml").write_text(text)
    assert layerscope("budget", "init", image(project, 5_000), "--headroom", "0%", cwd=project).returncode == 0
    after = (project / "pyproject.toml").read_text()
    assert after.startswith(text)
    assert tomllib.loads(after)["tool"]["layerscope"]["budget"]["stored"] == "5.00 kB"
    assert not (project / ".layerscope.toml").exists()


def test_a_wrong_file_is_left_as_it_is(project: Path) -> None:
    (project / ".layerscope.toml").write_text("[budget]\nstord = 1\n")
    done = layerscope("budget", "init", image(project, 5_000), cwd=project)
    assert done.returncode == 2
    assert b"stord" in done.stderr
    assert (project / ".layerscope.toml").read_text() == "[budget]\nstord = 1\n"


def test_what_is_neither_image_nor_report(project: Path) -> None:
    (project / "x.json").write_text("{}")
    assert layerscope("budget", "init", "x.json", cwd=project).returncode == 2
    assert layerscope("budget", "init", "none.tar", cwd=project).returncode == 3
    assert not (project / ".layerscope.toml").exists()


def test_an_image_that_was_read_in_part_makes_no_limits(project: Path) -> None:
    bad = layer(file("kept", b"k" * 700), file("lost", b"l" * 700))
    (project / "bad.tar").write_bytes(docker_archive([bad[:1_536] + b"\xff" * 512 + bad[2_048:]], flavour="old"))
    done = layerscope("budget", "init", "bad.tar", cwd=project)
    assert done.returncode == 3
    assert b"read in part" in done.stderr
    assert not (project / ".layerscope.toml").exists()
