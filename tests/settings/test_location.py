"""Which configuration is found from where."""

from pathlib import Path

import pytest

from layerscope.errors import UsageError
from layerscope.settings.location import find_config, find_dive_ci, working_folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a folder in it, below a folder that has files of its own."""
    (tmp_path / ".layerscope.toml").touch()
    (tmp_path / ".dive-ci").touch()
    folder = tmp_path / "repository" / "images"
    folder.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    return folder


def test_nothing_outside_of_the_repository_is_found(project: Path) -> None:
    assert find_config(project) is None
    assert find_dive_ci(project) is None


def test_outside_of_a_repository_only_the_folder_itself_is_looked_at(project: Path) -> None:
    (project.parent / ".git").rmdir()
    assert find_config(project) is None
    (project / ".layerscope.toml").touch()
    assert find_config(project) == project / ".layerscope.toml"


def test_a_working_folder_that_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageError, match="working folder"):
        working_folder()


def test_the_nearest_one_is_found(project: Path) -> None:
    above = project.parent
    (above / ".layerscope.toml").touch()
    (above / ".dive-ci").touch()
    assert find_config(project) == above / ".layerscope.toml"
    assert find_dive_ci(project) == above / ".dive-ci"
    (project / "pyproject.toml").write_text("[tool.layerscope]\n")
    assert find_config(project) == project / "pyproject.toml"
    (project / ".layerscope.toml").touch()
    assert find_config(project) == project / ".layerscope.toml"


@pytest.mark.parametrize("text", ['[project]\nname = "layerscope"\n', "layerscope = [", "tool = 'layerscope'", "\x00"])
def test_a_project_file_without_our_section_is_passed_by(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    assert find_config(project) is None
