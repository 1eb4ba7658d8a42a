"""Patterns against git, which reads them from .gitignore."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerscope.budget.path_patterns import PathPattern, matching

NAMES = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12, unique=True)
COMPONENTS = st.one_of(NAMES, st.sampled_from(["*", "**", "a*", "*b", "?", "[ab]", "a*b*", "*.a"]))
PATTERNS = (
    st.tuples(st.sampled_from(["", "/"]), st.lists(COMPONENTS, min_size=1, max_size=4).map("/".join))
    .map("".join)
    .filter(lambda pattern: pattern.strip("/*"))
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return folder


def ignored(repository: Path, pattern: str, paths: list[str]) -> list[str]:
    """The paths that git would ignore."""
    (repository / ".git" / "info" / "exclude").write_text(f"{pattern}\n")
    command = ["git", "-C", str(repository), "-c", "core.excludesFile=", "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def matched(pattern: str, paths: list[str]) -> list[str]:
    return [paths[number] for number in matching([path.encode() for path in paths], PathPattern.of(pattern))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PATTERNS, paths=PATHS)
def test_patterns_mean_what_they_mean_to_git(repository: Path, pattern: str, paths: list[str]) -> None:
    assert matched(pattern, paths) == ignored(repository, pattern, paths)


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.pem", ["a.pem", "x/b.pem", "x/c.pem/d"]),
        ("/root/.ssh/", ["root/.ssh/id", "root/.ssh/x/y"]),
        ("**/.git/", ["x/.git/config", ".git/HEAD"]),
        ("opt/**/lib", ["opt/lib", "opt/a/b/lib/c.so"]),
        ("opt/**", ["opt/x", "opt/x/y"]),
    ],
)
def test_patterns_as_people_write_them(pattern: str, paths: list[str]) -> None:
    others = ["a.pem.txt", "home/root/.ssh/id", "x/git", "srv/opt/lib/a"]
    assert matched(pattern, [*others[:2], *paths, *others[2:]]) == paths


def test_a_hostile_path_takes_no_longer_than_its_length() -> None:
    pattern = PathPattern.of("**/" + "*a" * 30 + "*b/**/" + "*a" * 30 + "*b")
    paths = [b"a" * 4_000, b"/".join([b"a" * 100] * 40), b"/".join([b"a"] * 2_000)]
    assert list(matching(paths, pattern)) == []
