"""Python's metadata as importlib.metadata reads what is installed here, and older forms by hand."""

import json
from importlib import metadata
from pathlib import Path

import pytest

from layerscope.probes import python_dist
from layerscope.probes.python_dist import PythonInstaller, PythonMetadata, PythonRecord, PythonSource
from tests.probes.reading import mutants, read

SITE = "usr/lib/python3/site-packages"


def installed() -> list[metadata.Distribution]:
    return [found for found in metadata.distributions() if found.read_text("RECORD") and found.read_text("METADATA")]


def test_what_is_installed_as_the_standard_library_reads_it() -> None:
    assert len(installed()) > 20
    for found in installed():
        folder = f"{SITE}/x.dist-info"
        text = {name: (found.read_text(name) or "").encode() for name in ("METADATA", "RECORD", "INSTALLER")}
        assert read(python_dist.PROBES, f"{folder}/METADATA", text["METADATA"]) == PythonMetadata(
            found.metadata["Name"], found.version
        )
        files = [str(path) for path in found.files or ()]
        record = read(python_dist.PROBES, f"{folder}/RECORD", text["RECORD"])
        assert [str(Path(line)) for line in record.lines.decode().split("\n")] == files
        installer = read(python_dist.PROBES, f"{folder}/INSTALLER", text["INSTALLER"])
        assert installer == PythonInstaller(text["INSTALLER"].decode().strip())


def test_records() -> None:
    for content, expected in {
        b"torch/a.py,sha256=z,1\r\ntorch/b.py,,\r\n": b"torch/a.py\ntorch/b.py",
        b'"a, b.py",,\nc.py,,\n': b"a, b.py\nc.py",
        '"line\u2028break, x.py",,\n"new\nline.py",,\nc.py,,\n'.encode(): "line\u2028break, x.py\nc.py".encode(),
        b"\xff.py,,\n": b"\xff.py",
    }.items():
        assert read(python_dist.PROBES, f"{SITE}/x.dist-info/RECORD", content) == PythonRecord(expected)


def test_an_egg_info_lists_files_relative_to_itself() -> None:
    content = b"../pkg/__init__.py\nPKG-INFO\n\n/opt/data\n"
    assert read(python_dist.PROBES, f"{SITE}/Pkg-1.0.egg-info/installed-files.txt", content) == PythonRecord(
        b"Pkg-1.0.egg-info/../pkg/__init__.py\nPkg-1.0.egg-info/PKG-INFO\n/opt/data"
    )


def test_a_folder_s_name_that_would_fill_the_memory() -> None:
    path = f"{SITE}/{'x' * 1_000_000}.egg-info/installed-files.txt"
    assert len(read(python_dist.PROBES, path, b"a\n" * 60).lines) > 60_000_000
    with pytest.raises(ValueError, match="too long"):
        read(python_dist.PROBES, path, b"a\n" * 100_000)


@pytest.mark.parametrize("path", ["Pkg-1.0.egg-info/PKG-INFO", "Pkg-1.0.egg-info", "Pkg-1.0.dist-info/METADATA"])
def test_metadata(path: str) -> None:
    content = b"Metadata-Version: 2.1\nName: Pkg\nVersion: 1.0\nSummary: x\n Version: 8\n\nVersion: 9\n"
    assert read(python_dist.PROBES, f"{SITE}/{path}", content) == PythonMetadata("Pkg", "1.0")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("file:///src/pkg", "file:///src/pkg"),
        ("https://user:secret@host:8/a@1.whl?token=secret#x", "https://host:8/a@1.whl"),
        ("ssh://git@host/a.git", "ssh://host/a.git"),
        ("https://a@b:secret@host", "https://host"),
        ("user:secret@host", "host"),
    ],
)
def test_a_source_shows_no_secret(url: str, shown: str) -> None:
    content = json.dumps({"url": url, "dir_info": {"editable": True}}).encode()
    assert read(python_dist.PROBES, f"{SITE}/x.dist-info/direct_url.json", content) == PythonSource(shown, True)


@pytest.mark.parametrize("more", [{"dir_info": {}}, {"dir_info": {"editable": "yes"}}, {"archive_info": {}}, {}])
def test_what_is_not_editable(more: dict[str, object]) -> None:
    content = json.dumps({"url": "file:///a", **more}).encode()
    found = read(python_dist.PROBES, f"{SITE}/x.dist-info/direct_url.json", content)
    assert found == PythonSource("file:///a", False)


def test_an_egg_link_is_editable() -> None:
    assert read(python_dist.PROBES, f"{SITE}/pkg.egg-link", b"/src/pkg\n.") == PythonSource("file:///src/pkg", True)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("x.dist-info/METADATA", b"Name: x\n\nVersion: 1\n"),
        ("x.dist-info/RECORD", b"a,,\n" * 1_000_001),
        ("x.dist-info/RECORD", b'"' + b"x" * 200_000),
        ("x.dist-info/INSTALLER", b" \n"),
        ("x.dist-info/direct_url.json", b"[" * 60_000),
        ("x.dist-info/direct_url.json", b'{"url": 1}'),
        ("x.dist-info/direct_url.json", b"[]"),
        ("x.egg-link", b"relative\n"),
    ],
)
def test_broken_content(path: str, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(python_dist.PROBES, f"{SITE}/{path}", content)


@pytest.mark.parametrize("name", ["METADATA", "RECORD", "INSTALLER", "direct_url.json"])
def test_mutants_are_read_or_refused(name: str) -> None:
    content = b'{"url": "https://u:p@h/x", "dir_info": {"editable": true}}\nName: x\nVersion: 1\n"a,b",,\n'
    for changed in mutants(content, 300):
        try:
            assert read(python_dist.PROBES, f"{SITE}/x.dist-info/{name}", changed) is not None
        except ValueError:
            continue
