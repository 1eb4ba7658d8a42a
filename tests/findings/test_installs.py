"""What RUN instructions install, and commands as a real shell would split them."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.findings.installs import Install, installs, updates_apt
from layerscope.findings.shell import commands
from tests.oci.limits import at_most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apt-get install -y vim", [Install("apt", ("-y",), ("vim",))]),
        (
            "apt-get -y -t bookworm-backports install vim",
            [Install("apt", ("-y", "-t", "bookworm-backports"), ("vim",))],
        ),
        ("DEBIAN_FRONTEND=x sudo apt install vim > /dev/null", [Install("apt", (), ("vim",))]),
        ("pip3.11 install -r r.txt torch", [Install("pip", ("-r", "r.txt"), ("torch",))]),
        ("/opt/venv/bin/python3 -m pip install x", [Install("pip", (), ("x",))]),
        ("uv pip install --system x", [Install("pip", ("--system",), ("x",))]),
        (
            "micromamba install -n base -c conda-forge x",
            [Install("conda", ("-n", "base", "-c", "conda-forge"), ("x",))],
        ),
        ("apk add --no-cache git", [Install("apk", ("--no-cache",), ("git",))]),
        ("a && (pip install x || pip install y); true", [Install("pip", (), ("x",)), Install("pip", (), ("y",))]),
        ("npm ci", [Install("npm", (), ())]),
        ("echo pip install x; make install; pip list; pip", []),
        ("conda env create -f e.yml; conda create -n x install", []),
        ("", []),
    ],
)
def test_installs(text, expected):
    assert list(installs(text)) == expected


def test_options():
    item = Install("pip", ("--index-url=https://example.org", "-q"), ())
    assert item.has("--index-url")
    assert not item.has("--index")


@pytest.mark.parametrize(
    ("text", "expected"), [("apt-get -qq update", True), ("apt-get upgrade", False), ("update", False)]
)
def test_updates_apt(text, expected):
    assert updates_apt(text) is expected


WORDS = st.lists(st.from_regex(r"[a-z0-9./:@-]{1,8}|'[a-z |&;]{0,8}'|\"[a-z |&;']{0,8}\"", fullmatch=True), min_size=1)


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["&&", "||", ";", "|"]))
def test_commands_split_as_shlex_does(words, operator):
    text = f" {operator} ".join(" ".join(command) for command in words)
    expected = [tuple(shlex.split(" ".join(command), posix=True)) for command in words]
    # Quotes within quotes are taken off here too, which matters to no name of a package.
    found = [tuple(word.replace("'", "") for word in command) for command in commands(text)]
    assert found == [tuple(word.replace("'", "") for word in command) for command in expected]


@pytest.mark.parametrize("unit", ["'", '"', "\\", "a=", "pip install ", "((", "a'b\"", '\\"', "$(", "sudo ", "\\'"])
def test_long_commands_take_linear_time(unit):
    with at_most(60):
        installs(unit * (200_000 // len(unit)))
