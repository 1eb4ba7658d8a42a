"""References as people type them: prefixes, paths, names, and everything that is none of these."""

import gzip
import io
import lzma
import os
import socket
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from layerscope import accounting
from layerscope.errors import ImageError, LayerscopeError, MalformedImage, SourceUnavailable, UsageError
from layerscope.index import file_index
from tests.images import compress, oci_archive
from tests.sources.sample import BASE, analyze, archive, layout, summary, write


@pytest.fixture
def docker(tmp_path: Path) -> str:
    """Return a docker archive's path."""
    return write(tmp_path, archive("old"), "docker.tar")


@pytest.fixture
def oci(tmp_path: Path) -> str:
    """Return an OCI archive's path."""
    return write(tmp_path, oci_archive(layout()), "oci.tar")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return a layout's path."""
    return write(tmp_path, layout(), "layout")


def test_prefixes_and_paths_without(docker: str, oci: str, folder: str) -> None:
    for reference, kind in ((docker, "docker-archive"), (oci, "oci-archive"), (folder, "oci-dir")):
        assert analyze(reference).image.source == kind
        assert analyze(f"{kind}:{reference}").image.source == kind


@pytest.mark.usefixtures("folder")
def test_relative_path(docker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(docker).parent)
    for reference in (
        "docker.tar",
        "./docker.tar",
        "docker-archive:docker.tar",
        "layout",
        "./layout",
        "oci-dir:layout",
    ):
        assert analyze(reference).is_complete, reference


def test_home(docker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(Path(docker).parent))
    assert analyze("~/docker.tar").is_complete
    assert analyze("docker-archive:~/docker.tar:sample").is_complete


def test_both_kinds_in_one_archive(tmp_path: Path) -> None:
    path = write(tmp_path, archive("modern"))
    assert analyze(path).image.source == "docker-archive"
    assert analyze(f"docker-archive:{path}").image.source == "docker-archive"
    assert analyze(f"oci-archive:{path}").image.source == "oci-archive"
    assert analyze(path, platform="linux/amd64").is_complete
    assert summary(analyze(f"oci-archive:{path}")) == summary(analyze(path))


def test_path_with_colons(tmp_path: Path) -> None:
    (tmp_path / "a:b").mkdir()
    path = write(tmp_path / "a:b", archive("old"), "c:d.tar")
    assert analyze(path).is_complete
    assert analyze(f"{path}:sample").is_complete
    assert analyze(f"{path}:sample:latest").is_complete
    # The longest path that exists wins.
    write(tmp_path / "a:b", archive("old", [BASE], history=[]), "c")
    assert len(analyze(path).image.layers) == 4


def test_prefix_that_does_not_fit(docker: str, oci: str, folder: str) -> None:
    wrong = [
        f"oci-archive:{docker}",
        f"oci-dir:{docker}",
        f"docker-archive:{oci}",
        f"oci-dir:{oci}",
        f"docker-archive:{folder}",
        f"oci-archive:{folder}",
    ]
    for reference in wrong:
        with pytest.raises(UsageError):
            analyze(reference)


MISSING = [
    "./missing",
    "/missing/image.tar",
    "missing.tar",
    "docker-archive:missing",
    "oci-archive:missing:name",
    "oci-dir:missing",
    "docker-archive:",
    "~/missing-everywhere",
    "~no-such-user-of-this-host/image.tar",
    "docker-archive:~no-such-user-of-this-host/x",
    "/" + "n" * 300 + ".tar",
    "docker-archive:" + "n" * 300,
    "./" + "d/" * 3_000 + "image.tar",
    "./\udcff\udcfe.tar",
    "./\x1b[31m.tar",
    "./missing:" + ":" * 50 + "name",
]


@pytest.mark.parametrize("reference", MISSING, ids=[repr(reference[:40]) for reference in MISSING])
def test_missing(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((SourceUnavailable, UsageError)) as caught:
        analyze(reference)
    assert "\x1b" not in str(caught.value)
    str(caught.value).encode()


@pytest.mark.parametrize("reference", ["", "\0", "a\0b"])
def test_no_reference(reference: str) -> None:
    with pytest.raises(UsageError):
        analyze(reference)


def test_file_below_a_file(docker: str) -> None:
    with pytest.raises(LayerscopeError):
        analyze(f"{docker}/below.tar")


def exported() -> bytes:
    """Return what `docker export` makes: a file system and no image."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name in (".dockerenv", "bin/sh", "etc/passwd"):
            tar.addfile(tarfile.TarInfo(name))
    return stream.getvalue()


NO_IMAGES = {
    "empty": b"",
    "one byte": b"x",
    "text": b"hello " * 1000,
    "zeros": bytes(10240),
    "half a header": b"\0" * 100,
    "docker export": exported(),
    "docker export, gzip": gzip.compress(exported()),
    "a layer": BASE,
    "gzip of text": gzip.compress(b"hello " * 1000),
    "gzip of nothing": gzip.compress(b""),
    "zstd of text": compress(b"hello " * 1000, "zstd"),
    "gzip, cut": gzip.compress(archive("old"))[:500],
    "xz": lzma.compress(archive("old")),
    "gzip of gzip": gzip.compress(gzip.compress(archive("old"))),
    "ELF": b"\x7fELF" + bytes(2000),
    "zip": b"PK\3\4" + bytes(2000),
}


@pytest.mark.parametrize("prefix", ["", "docker-archive:", "oci-archive:"])
@pytest.mark.parametrize("name", NO_IMAGES)
def test_file_that_is_no_image(name: str, prefix: str, tmp_path: Path) -> None:
    path = write(tmp_path, NO_IMAGES[name], "file.tar")
    with pytest.raises(MalformedImage) as caught:
        analyze(prefix + path)
    assert str(caught.value)


def test_docker_export_is_named(tmp_path: Path) -> None:
    with pytest.raises(MalformedImage, match="docker export"):
        analyze(write(tmp_path, exported()))


def test_folder_that_is_no_layout(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for prefix in ("", "oci-dir:"):
        with pytest.raises(MalformedImage, match=r"index\.json"):
            analyze(f"{prefix}{tmp_path / 'folder'}")
    (tmp_path / "folder" / "index.json").mkdir()
    with pytest.raises(MalformedImage):
        analyze(str(tmp_path / "folder"))


def test_devices_and_sockets(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path in ("/dev/null", "/dev/zero", str(tmp_path / "socket")):
            with pytest.raises(ImageError):
                analyze(path)


@pytest.mark.parametrize(
    "content", [b"", b"text", lzma.compress(archive("old")), gzip.compress(b"x"), exported()], ids=range(5)
)
def test_pipe_that_holds_no_image(content: bytes, tmp_path: Path) -> None:
    # pytest turns a pipe that is left open into a failure.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(content), daemon=True)
    writer.start()
    with pytest.raises(MalformedImage):
        analyze(str(pipe))
    writer.join(10)


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    # As `layerscope analyze - <&-` has it.
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(LayerscopeError):
        analyze("-")


def test_standard_input_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def read(self, _size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    failing = Failing()
    failing.buffer = failing  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "stdin", failing)
    with pytest.raises(SourceUnavailable):
        analyze("-")


def test_file_that_changes_while_it_is_read(
    docker: str, oci: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed = write(tmp_path, gzip.compress(archive("old")), "compressed")
    compare_contents = file_index.compare_contents
    for path in (docker, oci, compressed):

        def touched(*arguments, path: str = path):
            os.utime(path, ns=(1, 1))
            return compare_contents(*arguments)

        monkeypatch.setattr(accounting, "compare_contents", touched)
        with pytest.raises(SourceUnavailable, match="changed"):
            analyze(path)
