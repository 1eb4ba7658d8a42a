"""The options for registries, and what the command says of one that is not there."""

import socket

import pytest

from tests.cli.run import layerscope
from tests.images import file, layer
from tests.sources.registry.fake_registry import serving
from tests.sources.sample import layout

FILES = layout([layer(file("a", b"a" * 1_000))], history=None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--insecure-registry", "http://host"), b"'http://host' is no host; expected HOST or HOST:PORT."),
        (("--insecure-registry", ""), b"'' is no host"),
        (("--registry-timeout", "0"), b"0"),
        (("--registry-timeout", "soon"), b"soon"),
    ],
)
@pytest.mark.parametrize("command", [("analyze", "x"), ("diff", "x", "y"), ("budget", "init", "x")])
def test_options_that_make_no_sense(command: tuple[str, ...], arguments: tuple[str, ...], said: bytes) -> None:
    done = layerscope(*command, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_name_that_makes_no_sense() -> None:
    done = layerscope("analyze", "registry:https://host.example/Name")
    assert done.returncode == 2
    assert b"is no name of an image in a registry" in done.stderr


def test_registry_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
        done = layerscope("analyze", f"registry:{address}/name:1", "--quiet")
    assert done.returncode == 3
    assert done.stderr.decode() == (
        "layerscope: 127.0.0.1 cannot be reached: Connection refused. Check the host, its port and the network.\n"
    )


def test_two_images_of_a_registry() -> None:
    with serving(FILES) as old, serving(layout([layer(file("a", b"a" * 3_000))], history=None)) as new:
        done = layerscope("diff", old.reference, new.reference, "--json", "-", "--registry-timeout", "5")
    assert done.returncode == 0
    assert b'"stored_bytes"' in done.stdout
