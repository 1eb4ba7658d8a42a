"""Completion as shells do it: a person's keys go in, and what the shell makes of them is read."""

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
KEYS = [
    ("layerscope di\t", "layerscope diff "),
    ("layerscope rules pip-ca\t", "layerscope rules pip-cache "),
    ("layerscope analyze --dev\t", "layerscope analyze --device-code "),
    ("layerscope diff --pull al\t", "layerscope diff --pull always "),
    ("layerscope analyze CONTRIB\t", "layerscope analyze CONTRIBUTING.md "),
    ("layerscope CONTRIB\t", "layerscope CONTRIBUTING.md "),
]


@pytest.fixture(params=sorted(INTERACTIVE))
def typed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Typed]:
    """A shell that has read its script."""
    options, script = INTERACTIVE[request.param]
    session = Typed([shell(request.param), *options], tmp_path)
    try:
        # The words of the command are not those of its output, which alone means that it ran.
        session.type(f"{script}; echo read''y\n")
        session.wait_for("ready\r\n")
        yield session
    finally:
        session.close()


def test_keys_become_words(typed: Typed) -> None:
    for keys, line in KEYS:
        typed.shown = b""
        typed.type(keys)
        typed.wait_for(line)
        # Control-C leaves the line as it is and begins another one.
        typed.type("\x03")


@pytest.mark.parametrize(("keys", "line"), KEYS)
def test_fish(tmp_path: Path, keys: str, line: str) -> None:
    words, expected = keys.rstrip("\t"), line.split()[-1]
    script = f"layerscope completion fish | source; complete -C '{words}'"
    command = [shell("fish"), "--no-config", "-c", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment(tmp_path))
    assert expected in [offer.partition("\t")[0] for offer in done.stdout.splitlines()], done.stderr


def test_another_shell_is_a_usage_error() -> None:
    done = layerscope("completion", "tcsh")
    assert done.returncode == 2
    assert b"'bash', 'zsh', 'fish'" in done.stderr
