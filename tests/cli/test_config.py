"""`layerscope config` from outside."""

import json
from pathlib import Path

import jsonschema

from tests.cli.run import layerscope

ROOT = Path(__file__).parents[2]


def test_the_nearest_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    done = layerscope("config", "check", cwd=below)
    assert done.returncode == 2
    assert b"There is no configuration" in done.stderr
    (tmp_path / ".layerscope.toml").write_text("strict = true\n")
    done = layerscope("config", "check", cwd=below)
    assert (done.returncode, done.stdout.decode()) == (0, f"{tmp_path}/.layerscope.toml: ok\n")


def test_all_that_is_wrong_in_all_files_is_said(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text("[budget]\nstored = '5 GB'\n")
    (tmp_path / "bad.toml").write_text("strikt = true\n[budget]\nstored = 'five'\n")
    (tmp_path / ".dive-ci").write_text("rules:\n  lowestEfficiency: 2\n")
    done = layerscope("config", "check", "good.toml", "bad.toml", ".dive-ci", "none.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"good.toml: ok\n")
    assert sorted(done.stderr.decode().splitlines()) == [
        "layerscope: .dive-ci: lowestEfficiency has to be between 0 and 1.",
        "layerscope: The configuration none.toml cannot be read: No such file or directory.",
        "layerscope: bad.toml:1: there is no key strikt. Did you mean strict?",
        "layerscope: bad.toml:3: budget.stored: a size is wanted, as in 5 GB or 4.5 GiB.",
    ]


def test_a_project_file_without_our_section_is_right(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert layerscope("config", "check", "pyproject.toml", cwd=tmp_path).returncode == 0


def test_the_schema_is_the_published_one() -> None:
    done = layerscope("config", "schema")
    assert done.stdout.decode() == (ROOT / "layerscope/settings/config-schema-1.json").read_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(done.stdout))
