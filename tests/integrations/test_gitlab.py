"""The job for GitLab: what its script does on the default branch and in a merge request."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml

from tests.cli.run import SAMPLES
from tests.cli.shells import ROOT
from tests.integrations.jobs import run_script, variables_of

TEMPLATE = ROOT / "integrations/gitlab/layerscope.yml"
SCRIPT: list[str] = yaml.safe_load(TEMPLATE.read_text())[".layerscope"]["script"]

EXPECTED = json.loads((SAMPLES / "expected.json").read_text())["images"]


def run(folder: Path, image: str, branch: str, code: int = 0) -> Path:
    """Run the job on a branch; returns its reports."""
    more = {"LAYERSCOPE_IMAGE": image, "CI_COMMIT_BRANCH": branch, "CI_DEFAULT_BRANCH": "main"}
    done = run_script(SCRIPT, folder, variables_of(TEMPLATE, ".layerscope", **more))
    assert done.returncode == code, done.stderr
    return folder / "layerscope-report"


def test_a_merge_request_is_compared_with_the_default_branch(tmp_path: Path) -> None:
    reports = run(tmp_path, str(SAMPLES / "tidy-multistage.docker.tar"), "main")
    baseline = tmp_path / "layerscope-baseline/report.json"
    assert baseline.read_bytes() == (reports / "report.json").read_bytes()
    reports = run(tmp_path, str(SAMPLES / "naive-devel.docker.tar"), "topic")
    assert json.loads((reports / "diff.json").read_text())["sizes"]["stored"]["delta_bytes"] == (
        EXPECTED["naive-devel"]["stored_bytes"] - EXPECTED["tidy-multistage"]["stored_bytes"]
    )
    assert "The image grew by 263.0 kB" in (reports / "diff.md").read_text()
    # Only the default branch makes a baseline.
    assert json.loads(baseline.read_text())["image"]["reference"].endswith("tidy-multistage.docker.tar")


def test_reports_are_where_the_artifacts_say(tmp_path: Path) -> None:
    reports = run(tmp_path, str(SAMPLES / "naive-devel.docker.tar"), "topic")
    named = yaml.safe_load(TEMPLATE.read_text())[".layerscope"]["artifacts"]["reports"]
    paths = {name: Path(path.replace("$LAYERSCOPE_REPORTS", str(reports))) for name, path in named.items()}
    assert any(item["check_name"] == "pip-cache" for item in json.loads(paths["codequality"].read_text()))
    assert ET.parse(paths["junit"]).getroot().tag == "testsuites"
    assert not (reports / "diff.md").exists()


def test_an_image_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    run(tmp_path, "missing.tar", "main", code=3)
    assert not (tmp_path / "layerscope-baseline/report.json").exists()
