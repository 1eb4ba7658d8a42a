"""Patterns against git, which reads them from .gitignore."""

import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerscope.budget.path_patterns import PathPatterns

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
    [found] = matched_by_each([pattern], paths)
    return found


def matched_by_each(patterns: list[str], paths: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in patterns]
    for number, numbers in PathPatterns(patterns).matching([path.encode() for path in paths]):
        for pattern in numbers:
            found[pattern].append(paths[number])
    return found


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PATTERNS, paths=PATHS)
def test_patterns_mean_what_they_mean_to_git(repository: Path, pattern: str, paths: list[str]) -> None:
    assert matched(pattern, paths) == ignored(repository, pattern, paths)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patterns=st.lists(PATTERNS, min_size=2, max_size=5), paths=PATHS)
def test_each_of_several_patterns_finds_its_own(repository: Path, patterns: list[str], paths: list[str]) -> None:
    assert matched_by_each(patterns, paths) == [ignored(repository, pattern, paths) for pattern in patterns]


def test_more_states_than_are_remembered_change_nothing(repository: Path) -> None:
    patterns = [f"**/{letter}/**/x" for letter in "abcdefghij"]
    paths = ["/".join((*letters, "x")) for letters in combinations("abcdefghij", 4)]
    assert matched_by_each(patterns, paths) == [ignored(repository, pattern, paths) for pattern in patterns]


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
    patterns = PathPatterns(["**/" + "*a" * 30 + "*b/**/" + "*a" * 30 + "*b"])
    paths = [b"a" * 4_000, b"/".join([b"a" * 100] * 40), b"/".join([b"a"] * 2_000)]
    assert list(patterns.matching(paths)) == []
