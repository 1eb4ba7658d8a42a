"""`layerscope analyze --dockerfile` from outside."""

import json
from pathlib import Path

import jsonschema

from layerscope.report.document import json_schema
from tests.cli.run import SAMPLES, layerscope

NAIVE = str(SAMPLES / "naive-devel.docker.tar")
DOCKERFILE = SAMPLES / "dockerfiles/naive-devel.Dockerfile"
# The layers above the base, and the lines of the Dockerfile that the sample replays.
LINES = {12: 4, 13: 5, 14: 6, 15: 7, 16: 8, 17: 9, 18: 10}


def test_json_names_lines_of_layers_and_findings() -> None:
    done = layerscope("analyze", NAIVE, "--dockerfile", str(DOCKERFILE), "--json", "-")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json_schema())
    assert {item["position"]: item["dockerfile_line"] for item in report["layers"] if item["dockerfile_line"]} == LINES
    text = DOCKERFILE.read_text().splitlines()
    for finding in report["findings"]:
        assert finding["dockerfile_lines"] == [LINES[layer] for layer in finding["layers"] if layer in LINES]
        if finding["id"] == "pip-cache":
            assert text[finding["dockerfile_lines"][0] - 1].startswith("RUN pip install")
    assert report["warnings"] == json.loads(layerscope(NAIVE, "--json", "-").stdout)["warnings"]


def test_without_a_dockerfile_there_are_no_lines() -> None:
    report = json.loads(layerscope(NAIVE, "--json", "-").stdout)
    assert {item["dockerfile_line"] for item in report["layers"]} == {None}
    assert all(item["dockerfile_lines"] == [] for item in report["findings"])


def test_text_names_places_beside_findings_and_layers() -> None:
    text = layerscope("analyze", NAIVE, "--dockerfile", str(DOCKERFILE), "--plain").stdout.decode()
    assert text.count("naive-devel.Dockerfile:5") >= 2
    assert max(map(len, text.splitlines())) <= 120


def test_a_dockerfile_of_another_image_is_a_warning(tmp_path: Path) -> None:
    (other := tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY x /y\n")
    done = layerscope("analyze", NAIVE, "--dockerfile", str(other))
    assert done.returncode == 0
    assert "The Dockerfile does not fit the image" in " ".join(done.stdout.decode().split())


def test_a_dockerfile_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = layerscope("analyze", NAIVE, "--dockerfile", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().strip().endswith("none cannot be read: No such file or directory.")
