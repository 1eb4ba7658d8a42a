"""The gate from outside: which limits apply, exit codes, and the line that closes a run."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from layerscope.report.document import json_schema
from tests.cli.run import SAMPLES, layerscope
from tests.images import docker_archive, file, layer

STORED_BYTES = 5_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with an image of 5,000 B, of which 3,000 B are a pip cache."""
    (tmp_path / ".git").mkdir()
    layers = [layer(file("app/main.py", b"#" * 2_000)), layer(file("root/.cache/pip/http/x", b"c" * 3_000))]
    (tmp_path / "image.tar").write_bytes(docker_archive(layers, flavour="modern"))
    return tmp_path


def statuses(project: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """Each check and how it ended."""
    done = layerscope("image.tar", "--json", "-", *arguments, env=env, cwd=project)
    report = json.loads(done.stdout)
    jsonschema.validate(report, json_schema())
    return {check["id"]: check["status"] for check in report["checks"]}


def limits(project: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    report = json.loads(layerscope("image.tar", "--json", "-", *arguments, env=env, cwd=project).stdout)
    return {check["id"]: check["limit"] for check in report["checks"]}


def test_a_limit_that_is_kept_is_exit_code_0(project: Path) -> None:
    done = layerscope("image.tar", "--max-stored", "5kB", cwd=project)
    assert (done.returncode, done.stderr) == (0, b"layerscope: 1 of 1 checks passed.\n")
    assert b"Checks: 1 passed" in done.stdout


def test_a_limit_that_is_broken_is_exit_code_1_and_is_named(project: Path) -> None:
    done = layerscope("image.tar", "--max-stored", "4999", "--fail-on", "pip-cache,apt-lists", cwd=project)
    assert done.returncode == 1
    assert done.stderr == b"layerscope: 2 of 3 checks failed: stored, finding:pip-cache.\n"
    text = done.stdout.decode()
    assert "Checks: 2 failed, 1 passed" in text
    assert text.index("Checks:") < text.index("What to do")
    assert "All layers hold 5.0 kB, 1 B over the limit." in text


def test_reports_are_written_whatever_the_gate_says(project: Path) -> None:
    done = layerscope("image.tar", "--max-stored", "1", "--json", "report.json", cwd=project)
    assert done.returncode == 1
    [check] = json.loads((project / "report.json").read_text())["checks"]
    assert (check["id"], check["limit"], check["actual"], check["status"]) == ("stored", 1, STORED_BYTES, "failed")


def test_exit_zero_reports_and_lets_pass(project: Path) -> None:
    done = layerscope("image.tar", "--max-stored", "1", "--exit-zero", cwd=project)
    assert done.returncode == 0
    assert b"1 of 1 checks failed: stored" in done.stderr
    assert layerscope("none.tar", "--exit-zero", cwd=project).returncode == 3
    assert layerscope("image.tar", "--exit-zero", "--max-stored", "x", cwd=project).returncode == 2


def test_a_flag_wins_over_the_environment_and_that_over_the_file(project: Path) -> None:
    (project / ".layerscope.toml").write_text("[budget]\nstored = 3\nsuperseded = 7\n")
    assert limits(project) == {"stored": 3, "superseded": 7}
    env = {"LAYERSCOPE_MAX_STORED": "2 B"}
    assert limits(project, env=env) == {"stored": 2, "superseded": 7}
    assert limits(project, "--max-stored", "1B", env=env) == {"stored": 1, "superseded": 7}
    assert limits(project, "--no-config", env=env) == {"stored": 2}


def test_every_setting_of_the_file_has_its_flag(project: Path) -> None:
    (project / ".layerscope.toml").write_text("purpose = 'dev'\nbandwidth = '8 kbit/s'\n")
    report = json.loads(layerscope("image.tar", "--json", "-", cwd=project).stdout)
    assert (report["purpose"], report["pull"]["bandwidth_bits_per_second"]) == ("dev", 8_000)
    arguments = ("--json", "-", "--purpose", "ci", "--bandwidth", "1kbit/s")
    report = json.loads(layerscope("image.tar", *arguments, cwd=project).stdout)
    assert (report["purpose"], report["pull"]["bandwidth_bits_per_second"]) == ("ci", 1_000)
    env = {"LAYERSCOPE_PURPOSE": "prod", "LAYERSCOPE_BANDWIDTH": "2 kbit/s"}
    report = json.loads(layerscope("image.tar", "--json", "-", env=env, cwd=project).stdout)
    assert (report["purpose"], report["pull"]["bandwidth_bits_per_second"]) == ("prod", 2_000)


def test_the_platform_of_the_file_is_taken(project: Path) -> None:
    (project / ".layerscope.toml").write_text("platform = 'linux/s390x'\n")
    name = str(SAMPLES / "tidy-multistage.oci-gzip.tar")
    assert b"s390x" in layerscope(name, cwd=project).stderr
    assert layerscope(name, "--platform", "linux/amd64", cwd=project).returncode == 0


def test_findings_that_are_off_are_not_looked_for(project: Path) -> None:
    (project / ".layerscope.toml").write_text("[findings]\npip-cache = 'off'\nroot-user = 'off'\n")
    found = {item["id"] for item in json.loads(layerscope("image.tar", "--json", "-", cwd=project).stdout)["findings"]}
    every = json.loads(layerscope("image.tar", "--json", "-", "--no-config", cwd=project).stdout)["findings"]
    assert {item["id"] for item in every} - found == {"pip-cache", "root-user"}


def test_a_skipped_check_is_visible_and_fails_where_that_is_strict(project: Path) -> None:
    (project / ".layerscope.toml").write_text("[budget]\nvariant = 'runtime'\n")
    done = layerscope("image.tar", cwd=project)
    assert (done.returncode, done.stderr) == (0, b"layerscope: 0 of 1 checks passed; 1 skipped.\n")
    assert b"skipped" in done.stdout
    assert layerscope("image.tar", "--strict", cwd=project).returncode == 1
    assert layerscope("image.tar", cwd=project, env={"LAYERSCOPE_STRICT": "1"}).returncode == 1
    (project / ".layerscope.toml").write_text("strict = true\n[budget]\nvariant = 'runtime'\n")
    assert layerscope("image.tar", cwd=project).returncode == 1
    assert layerscope("image.tar", "--no-strict", cwd=project).returncode == 0


def test_growth_against_an_earlier_report(project: Path) -> None:
    arguments = ("--max-growth", "10%", "--baseline", "main.json")
    assert statuses(project, *arguments) == {"growth:stored": "skipped"}
    assert layerscope("image.tar", "--json", "main.json", "--save", "main.lsa", cwd=project).returncode == 0
    assert statuses(project, *arguments) == {"growth:stored": "passed"}
    larger = [layer(file("app/main.py", b"#" * 2_000)), layer(file("root/.cache/pip/http/x", b"c" * 3_501))]
    (project / "image.tar").write_bytes(docker_archive(larger, flavour="modern"))
    assert statuses(project, *arguments) == {"growth:stored": "failed"}
    assert statuses(project, "--max-growth", "501B", "--baseline", "main.json") == {"growth:stored": "passed"}
    assert statuses(project, "--max-growth", "500B", "--baseline", "main.lsa") == {"growth:stored": "failed"}
    (project / "main.json").write_text("{}")
    done = layerscope("image.tar", *arguments, cwd=project)
    assert done.returncode == 2
    assert b"is no JSON report" in done.stderr


def test_a_baseline_of_the_environment_needs_no_limit(project: Path) -> None:
    """A pipeline sets it once, and not every job in it has a limit of growth."""
    assert statuses(project, env={"LAYERSCOPE_BASELINE": "main.json"}) == {}
    env = {"LAYERSCOPE_BASELINE": "main.json"}
    assert statuses(project, "--max-growth", "5%", env=env) == {"growth:stored": "skipped"}
    assert b"no limit of growth" in layerscope("image.tar", "--baseline", "main.json", cwd=project).stderr


def test_own_bases_are_recognised(project: Path) -> None:
    report = json.loads(layerscope("image.tar", "--json", "-", cwd=project).stdout)
    diff_id = report["layers"][0]["diff_id"]
    text = f'[budget]\nvariant = "runtime"\n[[bases]]\nname = "ours:1"\nvariant = "devel"\nlayers = ["{diff_id}"]\n'
    (project / ".layerscope.toml").write_text(text)
    report = json.loads(layerscope("image.tar", "--json", "-", cwd=project).stdout)
    assert report["base"]["detected"]["name"] == "ours:1"
    assert [(check["actual"], check["status"]) for check in report["checks"]] == [("devel", "failed")]


def test_dive_rules_are_found_named_and_ignored(project: Path) -> None:
    (project / ".dive-ci").write_text("rules:\n  highestWastedBytes: 1kB\n")
    names = {f"dive:{rule}" for rule in ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")}
    assert set(statuses(project)) == names
    assert statuses(project, "--no-config") == {}
    (project / ".layerscope.toml").write_text("dive-ci = false\n")
    assert statuses(project) == {}
    (project / ".layerscope.toml").write_text("dive-ci = 'rules.yaml'\n")
    (project / "rules.yaml").write_text("rules:\n  lowestEfficiency: off\n")
    assert set(statuses(project)) == {"dive:highestUserWastedPercent"}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--max-stored", "5 XB"], b"a size is wanted"),
        (["--max-growth", "some"], b"a share or a size is wanted"),
        (["--bandwidth", "5 Gb/s"], b"a rate is wanted"),
        (["--fail-on", "pip-cach"], b"Did you mean pip-cache"),
        (["--config", "none.toml"], b"none.toml cannot be read"),
        (["--baseline", "main.json"], b"--max-growth"),
    ],
)
def test_usage_errors(project: Path, arguments: list[str], part: bytes) -> None:
    done = layerscope("image.tar", *arguments, cwd=project)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stdout == b""


def test_a_wrong_file_stops_the_run_before_it_begins(project: Path) -> None:
    (project / ".layerscope.toml").write_text("[budget]\nstord = '5 GB'\n")
    done = layerscope("image.tar", cwd=project)
    assert done.returncode == 2
    assert b".layerscope.toml:2: there is no key budget.stord. Did you mean stored?" in done.stderr
    assert layerscope("image.tar", "--no-config", cwd=project).returncode == 0


def test_a_damaged_image_stays_exit_code_3(project: Path) -> None:
    bad = layer(file("kept", b"k" * 700), file("lost", b"l" * 700))
    image = docker_archive([bad[:1_536] + b"\xff" * 512 + bad[2_048:]], flavour="old")
    (project / "image.tar").write_bytes(image)
    done = layerscope("image.tar", "--max-stored", "1", "--max-superseded", "1GB", cwd=project)
    assert done.returncode == 3
    assert b"1 of 2 checks failed: stored; 1 skipped." in done.stderr
