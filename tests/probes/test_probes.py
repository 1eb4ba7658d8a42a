"""What probes read, and what broken databases do: a warning, never an end."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from debian_inspector.debcon import get_paragraphs_data

from layerscope.layers.probe import ProbeSet
from layerscope.probes import PROBES
from tests.images import file
from tests.indexing import index_of


def facts(path: str, content: bytes) -> list[Any]:
    return [fact.value for fact in index_of([[file(path, content)]], probes=PROBES).scans[0].facts]


def test_dpkg_status_as_another_parser_reads_it() -> None:
    path = Path(__file__).parents[2] / "sample_images" / "naive-devel.docker.tar"
    contents = [
        inner.extractfile(member).read()  # type: ignore[union-attr]
        for inner in _layers(path)
        for member in inner
        if member.name.removeprefix("./") == "var/lib/dpkg/status"
    ]
    assert len(contents) > 5
    for content in contents:
        expected = [
            (fields["package"], fields.get("architecture", ""), fields["version"])
            for fields in get_paragraphs_data(content.decode())
        ]
        [packages] = facts("var/lib/dpkg/status", content)
        assert [(package.name, package.architecture, package.version) for package in packages] == expected


def _layers(path: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith("/layer.tar"):
                with tarfile.open(fileobj=archive.extractfile(member)) as inner:
                    yield inner


@pytest.mark.parametrize(
    "path", ["var/lib/dpkg/status-old", "srv/var/lib/dpkg/status", "var/lib/dpkg/info/x.md5sums", "s/x.egg-info/RECORD"]
)
def test_other_paths_are_not_read(path: str) -> None:
    assert ProbeSet(PROBES).wanting(path.encode()) is None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("s/x.dist-info/METADATA", b"no name here\n"),
        ("s/x.dist-info/METADATA", b""),
        ("s/x.dist-info/METADATA", bytes(range(256))),
        ("s/x.dist-info/RECORD", b'"' + b"x" * 200_000),
        ("var/lib/dpkg/status", bytes(range(256)) * 20),
        ("var/lib/dpkg/status", b"Version: 1\n\n" * 3),
        ("var/lib/dpkg/status", b"\n" * 100_000),
        ("var/lib/dpkg/status", b"Package\n :\n x" * 1_000),
        ("var/lib/dpkg/info/x.list", b"\xff\xfe\x00/x\n"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_broken_content_is_never_an_end(path: str, content: bytes, stream: bool) -> None:
    index = index_of([[file("before", b"1"), file(path, content), file("after", b"2")]], stream=stream, probes=PROBES)
    assert len(index) == 3
