"""GitLab's code quality report, against what its documentation asks of the format."""

import json
from pathlib import Path
from typing import Any

import jsonschema

import layerscope
from layerscope.report.gitlab import render_gitlab
from tests.images import file
from tests.report.gates import gated
from tests.report.images import analysis_of, hostile_image

# GitLab docs, "Code Quality report format": these fields, these severities, a path relative to the repository.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
SAMPLES = Path(__file__).parents[2] / "sample_images"


def issues_of(analysis: layerscope.Analysis) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(render_gitlab(analysis))
    jsonschema.validate(issues, SCHEMA)
    # GitLab shows only the first of several with one fingerprint.
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_a_sample() -> None:
    issues = issues_of(layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar")))
    severities = {issue["check_name"]: issue["severity"] for issue in issues}
    # Of 428.0 kB stored: 47.7 kB, 1.9 kB, none.
    assert [severities[name] for name in ("pip-cache", "vcs", "root-user")] == ["major", "minor", "info"]
    assert issues[0]["description"].startswith("pip's cache is in the image. 47.7 kB can go, in layer 13.")


def test_failed_checks_are_blockers_and_errors_critical(tmp_path: Path) -> None:
    issues = issues_of(gated(analysis_of(tmp_path, [file("root/.cache/pip/http/x", b"p" * 300_000)])))
    assert [(issue["severity"], issue["check_name"]) for issue in issues[:2]] == [
        ("blocker", "check max-stored"),
        ("critical", "pip-cache"),
    ]
    assert {issue["severity"] for issue in issues[2:]} == {"info"}


def test_hostile_names_are_printable(tmp_path: Path) -> None:
    assert all(issue["description"].isprintable() for issue in issues_of(hostile_image(tmp_path)))
