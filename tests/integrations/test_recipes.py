"""The recipes of docs/ci.md, taken from the page and run against a sample."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.run import SAMPLES
from tests.cli.shells import ROOT, environment
from tests.integrations.jobs import pull_request, run_action, run_script, served_comments

PAGE = (ROOT / "docs/ci.md").read_text()
RECIPES = dict(re.findall(r"<!-- recipe: (\S+) -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL))
# `container` is run with a real engine, in tests/engine.
NAMES = {"limits", "shell", "github", "gitlab", "scanner", "pre-commit", "container"}
DOCKER = """#!/bin/sh
[ "$*" = "save app:ci --output image.tar" ] && cp "$SAMPLE" image.tar
"""
# Reads what the real one reads, and says what it was asked for.
TRIVY = """#!/bin/sh
tar --list --file "$3" >/dev/null && echo "$@" > trivy.sarif && exit "$TRIVY_CODE"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an image, an earlier image's report, and the tools that recipes call."""
    shutil.copy(SAMPLES / "naive-devel.docker.tar", tmp_path / "image.tar")
    shutil.copy(SAMPLES / "dockerfiles/naive-devel.Dockerfile", tmp_path / "Dockerfile")
    (tools := tmp_path / "tools").mkdir()
    for name, script in (("docker", DOCKER), ("trivy", TRIVY)):
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    baseline = ["layerscope", "analyze", str(SAMPLES / "tidy-multistage.docker.tar"), "--quiet", "--json", "main.json"]
    assert run(tmp_path, baseline).returncode == 0
    return tmp_path


def run(folder: Path, command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command where `layerscope` is this checkout's."""
    env = environment(folder / "tools") | {"SAMPLE": str(SAMPLES / "naive-devel.docker.tar")} | variables
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)


def shell(folder: Path, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(folder, ["bash", "-c", RECIPES[name]], **variables)


def check_schema(folder: Path, name: str, schema: str) -> None:
    (folder / f"{name}.yml").write_text(RECIPES[name])
    command = ["check-jsonschema", "--builtin-schema", f"vendor.{schema}", f"{name}.yml"]
    done = run(folder, command)
    assert done.returncode == 0, done.stdout


def test_every_recipe_is_run_by_a_test() -> None:
    assert set(RECIPES) == NAMES
    assert PAGE.count("<!-- recipe:") == len(NAMES)


def test_any_pipeline(project: Path) -> None:
    done = shell(project, "shell")
    assert done.returncode == 1, done.stderr
    assert "1 of 1 checks failed: growth:stored" in done.stderr
    assert "The image grew by 263.0 kB" in (project / "diff.md").read_text()
    assert (project / "report.md").read_text().startswith("<!-- layerscope-report -->")


def test_any_pipeline_for_the_first_time(project: Path) -> None:
    (project / "main.json").unlink()
    done = shell(project, "shell")
    assert done.returncode == 0, done.stderr
    assert "1 skipped" in done.stderr
    assert not (project / "diff.md").exists()


def test_limits(project: Path) -> None:
    (project / ".layerscope.toml").write_text(RECIPES["limits"])
    assert run(project, ["layerscope", "config", "check"]).returncode == 0
    done = run(project, ["layerscope", "analyze", "image.tar", "--quiet", "--baseline", "main.json", "--json", "-"])
    statuses = {check["id"]: check["status"] for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert statuses == {
        "stored": "passed",
        # The sample is so small that its growth is below the floor.
        "growth:stored": "passed",
        "forbidden:*.pem": "failed",
        "forbidden:/root/.ssh/": "passed",
        "finding:pip-cache": "failed",
        "finding:apt-lists": "failed",
    }


def test_github(project: Path) -> None:
    check_schema(project, "github", "github-workflows")
    steps: list[dict[str, Any]] = yaml.safe_load(RECIPES["github"])["jobs"]["image"]["steps"]
    [ours] = [step for step in steps if "layerscope@" in step.get("uses", "")]
    known = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert set(ours["with"]) <= set(known)
    (project / "baseline").mkdir()
    shutil.copy(project / "main.json", project / "baseline/report.json")
    with served_comments() as comments:
        done = run_action(project, ours["with"] | {"image": "image.tar"}, pull_request(), comments.url)
        assert done.code == 0, done.log
        assert re.search("^::warning file=Dockerfile,line=[0-9]+", done.log, re.MULTILINE)
        [comment] = comments.items
    assert "The image grew by 263.0 kB" in comment["body"]
    [keep] = [step for step in steps if "cp " in step.get("run", "")]
    env = {"REPORTS": done.outputs["reports"]}
    assert run(project, ["bash", "-e", "-c", keep["run"]], **env).returncode == 0
    assert json.loads((project / "baseline/report.json").read_text())["image"]["reference"] == "image.tar"


def test_a_linter_for_workflows_finds_no_more_than_names_that_can_move(project: Path) -> None:
    (project / "github.yml").write_text(RECIPES["github"])
    done = run(project, ["zizmor", "--offline", "--no-config", "--format=json-v1", "github.yml"])
    # Whoever copies it pins what they trust; the rest has to be in order.
    assert {finding["ident"] for finding in json.loads(done.stdout)} <= {
        "unpinned-uses",
        "artipacked",
        "cache-poisoning",
    }


def test_gitlab(project: Path) -> None:
    check_schema(project, "gitlab", "gitlab-ci")
    recipe = yaml.safe_load(RECIPES["gitlab"])
    template = yaml.safe_load((ROOT / "integrations/gitlab/layerscope.yml").read_text())
    job = template[recipe["layerscope"]["extends"]]
    variables = job["variables"] | recipe["layerscope"]["variables"]
    done = run_script(job["script"], project, variables | {"CI_COMMIT_BRANCH": "topic", "CI_DEFAULT_BRANCH": "main"})
    assert done.returncode == 0, done.stderr
    issues = json.loads((project / "layerscope-report/code-quality.json").read_text())
    assert "Dockerfile" in {issue["location"]["path"] for issue in issues}


@pytest.mark.parametrize(("trivy", "code"), [("0", 1), ("5", 1)])
def test_a_scanner_beside_it(project: Path, trivy: str, code: int) -> None:
    done = shell(project, "scanner", TRIVY_CODE=trivy)
    assert done.returncode == code, done.stderr
    assert "checks failed: finding:secrets-in-files" in done.stderr
    assert "--input image.tar" in (project / "trivy.sarif").read_text()
    assert json.loads((project / "layerscope.sarif").read_text())["version"] == "2.1.0"
    assert (project / "layerscope.xml").is_file()


def test_the_scanner_alone_fails_it_too(project: Path) -> None:
    recipe = RECIPES["scanner"].replace(" --fail-on secrets-in-files", "")
    assert run(project, ["bash", "-c", recipe], TRIVY_CODE="5").returncode == 5
    assert run(project, ["bash", "-c", recipe], TRIVY_CODE="0").returncode == 0


def test_pre_commit(project: Path) -> None:
    (project / ".pre-commit-config.yaml").write_text(RECIPES["pre-commit"])
    done = run(project, ["pre-commit", "validate-config"])
    assert done.returncode == 0, done.stdout
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in yaml.safe_load(RECIPES["pre-commit"])["repos"][0]["hooks"]} <= hooks
