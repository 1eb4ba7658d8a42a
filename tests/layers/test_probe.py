"""Probes ask for whole paths, the first in order wins."""

from layerscope.layers.probe import Probe, ProbeSet, read_fact
from layerscope.layers.scan import Fact


def probe(name: str, *patterns: str) -> Probe:
    return Probe(name, patterns, 10, lambda path, content: path + content)


WANTED = {
    b"etc/x/f": "a",
    b"etc/x/f.txt": "a",
    b"etc/y/f": "a",
    b"f.txt": "b",
    b"deep/er/f.txt": "b",
    b"a\nb/c\nd.txt": "b",
    b"\xff.txt": "b",
    b"readme": "b",
    b"readmex": None,
    b"xreadme": None,
    b"deep/readme": None,
    b"etc/z": "c",
    b"etc/z/f": None,
    b"xetc/z": None,
    b"": None,
}


def test_whole_paths() -> None:
    probes = ProbeSet([probe("a", "etc/x/*", "etc/y/*"), probe("b", "**/*.txt", "readme"), probe("c", "etc/*")])
    found = {path: probes.wanting(path) for path in WANTED}
    assert {path: wanting.id if wanting else None for path, wanting in found.items()} == WANTED


def test_no_probes() -> None:
    assert ProbeSet(()).wanting(b"etc/x") is None


def test_fact() -> None:
    fact = read_fact(probe("a", "*"), 7, b"p", b"c")
    assert fact == Fact(7, "a", b"pc")
