"""The lock that CI installs from: it fits pyproject.toml, and every file of it is known by its hash."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "requirements.txt"


def pins() -> dict[str, list[Version]]:
    """The versions by name; a package may have several, for different systems."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK.read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    return [Requirement(line) for line in (*lines, *project["build-system"]["requires"])]


def test_every_requirement_is_pinned_to_a_version_that_fits() -> None:
    locked = pins()
    for requirement in wanted():
        versions = locked.get(canonicalize_name(requirement.name), [])
        fits = [version for version in versions if requirement.specifier.contains(version)]
        assert fits, f"{requirement} is not locked; see CONTRIBUTING.md for how to lock it"


def test_every_pin_has_hashes_and_no_place() -> None:
    text = LOCK.read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block for block in blocks if block.strip() and "--hash=sha256:" not in block] == []
    assert len(pins()) > 50
