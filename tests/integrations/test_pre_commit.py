"""The hook for pre-commit, run by pre-commit itself."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.shells import ROOT, environment
from tests.integrations.jobs import tool

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS = yaml.safe_load(MANIFEST.read_text())


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pre-commit or git in a repository."""
    (tools := folder.parent / "tools").mkdir(exist_ok=True)
    env = environment(tools) | {"PRE_COMMIT_HOME": str(folder.parent / "home"), "PRE_COMMIT_COLOR": "never"}
    return subprocess.run(arguments, cwd=folder, env=env, check=False, capture_output=True, text=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with our hook, which runs the program of this checkout."""
    folder = tmp_path / "repository"
    folder.mkdir()
    # The real hook has an environment of its own, which would be installed from an index.
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    assert run(folder, "git", "init", "--quiet").returncode == 0
    return folder


def check(repository: Path, **files: str) -> subprocess.CompletedProcess[str]:
    """Add files, and let pre-commit check all that is there."""
    for name, content in files.items():
        (repository / name).write_text(content)
    assert run(repository, "git", "add", ".").returncode == 0
    return run(repository, tool("pre-commit"), "run", "--all-files")


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [tool("pre-commit"), "validate-manifest", str(MANIFEST)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_a_good_configuration_passes(repository: Path) -> None:
    done = check(repository, **{".layerscope.toml": '[budget]\nstored = "5 GB"\n'})
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".layerscope.toml", '[budget]\nstord = "5 GB"\n'),
        ("pyproject.toml", '[tool.layerscope.budget]\nstored = "5 parrots"\n'),
        (".dive-ci", "rules:\n  lowestEfficiency: much\n"),
    ],
)
def test_a_mistake_stops_the_commit_and_is_named(repository: Path, name: str, content: str) -> None:
    done = check(repository, **{name: content})
    assert done.returncode == 1
    assert name in done.stdout


def test_other_files_are_not_checked(repository: Path) -> None:
    assert "no files to check" in check(repository, **{"other.toml": "[budget]\nstord = 1\n"}).stdout
