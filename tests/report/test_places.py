"""Findings on lines of the Dockerfile, in each format that points at them."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.run import SAMPLES, layerscope

NAIVE = SAMPLES / "naive-devel.docker.tar"
DOCKERFILE = SAMPLES / "dockerfiles/naive-devel.Dockerfile"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The reports of a run in the folder of the repository."""
    folder = tmp_path_factory.mktemp("places")
    formats = ("sarif", "gitlab", "github", "junit")
    options = [part for name in formats for part in ("--report", f"{name}={folder / name}")]
    done = layerscope("analyze", str(NAIVE), "--dockerfile", str(DOCKERFILE), *options)
    assert done.returncode == 0, done.stderr
    return {name: (folder / name).read_bytes() for name in formats}


def line_with(text: str) -> int:
    """The number of the first line of the Dockerfile that has such a text and is no comment."""
    return next(
        number
        for number, line in enumerate(DOCKERFILE.read_text().splitlines(), 1)
        if text in line and not line.startswith("#")
    )


def expected() -> dict[str, int]:
    """Rules, and where their cause is written."""
    return {
        "pip-cache": line_with("RUN pip install"),
        "chmod-layer": line_with("RUN chmod"),
        "apt-archives": line_with("apt-get install"),
        "nsight": line_with("FROM "),
    }


def test_sarif(outputs: dict[str, bytes]) -> None:
    found = {}
    for result in json.loads(outputs["sarif"])["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        found[result["ruleId"]] = (place["artifactLocation"]["uri"], place["region"]["startLine"])
    path = "sample_images/dockerfiles/naive-devel.Dockerfile"
    assert {rule: found[rule] for rule in expected()} == {rule: (path, line) for rule, line in expected().items()}


def test_gitlab(outputs: dict[str, bytes]) -> None:
    found = {issue["check_name"]: issue["location"]["lines"]["begin"] for issue in json.loads(outputs["gitlab"])}
    assert {rule: found[rule] for rule in expected()} == expected()


def test_github(outputs: dict[str, bytes]) -> None:
    first = outputs["github"].decode().splitlines()[0]
    assert re.match(
        rf"::warning file=sample_images/dockerfiles/naive-devel\.Dockerfile,line={expected()['pip-cache']},title=pip",
        first,
    )


def test_junit(outputs: dict[str, bytes]) -> None:
    files = {case.get("file") for case in ET.fromstring(outputs["junit"]).iter("testcase")}
    assert files == {"sample_images/dockerfiles/naive-devel.Dockerfile"}


def test_a_dockerfile_elsewhere_goes_by_its_name(tmp_path: Path) -> None:
    (copy := tmp_path / "Own.Dockerfile").write_bytes(DOCKERFILE.read_bytes())
    done = layerscope("analyze", str(NAIVE), "--dockerfile", str(copy), "--report", "gitlab=-")
    assert {issue["location"]["path"] for issue in json.loads(done.stdout)} == {"Own.Dockerfile"}
