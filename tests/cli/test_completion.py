"""Completion as shells do it: a person's keys go in, and the command that the shell makes of them is read."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import layerscope
from tests.cli.shells import ROOT, Typed, environment, shell

INTERACTIVE = {
    "bash": (["--norc", "--noprofile", "-i"], "source <(layerscope completion bash)"),
    "zsh": (["-f", "-i"], 'autoload -Uz compinit; compinit -D -u; eval "$(layerscope completion zsh)"'),
}
# The scripts ask the program itself, so that a function of its name can say what would have been run.
SAY_WORDS = 'layerscope() { echo "ran <$*>"; }'
LINES = [
    ("di", "diff"),
    ("rules pip-ca", "rules pip-cache"),
    ("analyze --dev", "analyze --device-code"),
    ("diff --pull al", "diff --pull always"),
    ("analyze CONTRIB", "analyze CONTRIBUTING.md"),
    ("CONTRIB", "CONTRIBUTING.md"),
]


@pytest.fixture(params=sorted(INTERACTIVE))
def typed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Typed]:
    """A shell that has read its script."""
    options, script = INTERACTIVE[request.param]
    session = Typed([shell(request.param), *options], tmp_path)
    try:
        session.type(f"{script}; {SAY_WORDS}; echo read''y\n")
        session.wait_for("ready\r\n")
        yield session
    finally:
        session.close()


def test_keys_become_words(typed: Typed) -> None:
    for keys, words in LINES:
        typed.type(f"layerscope {keys}\t\n")
        assert typed.wait_for(">\r\n").rpartition("ran <")[2].removesuffix(">\r\n").strip() == words


@pytest.mark.parametrize(("keys", "words"), LINES)
def test_fish(tmp_path: Path, keys: str, words: str) -> None:
    script = f"layerscope completion fish | source; complete -C 'layerscope {keys}'"
    command = [shell("fish"), "--no-config", "-c", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment(tmp_path))
    offers = [offer.partition("\t")[0] for offer in done.stdout.splitlines()]
    assert words.rpartition(" ")[2] in offers, done.stderr


def test_another_shell_is_a_usage_error() -> None:
    done = layerscope("completion", "tcsh")
    assert done.returncode == 2
    assert b"'bash', 'zsh', 'fish'" in done.stderr
