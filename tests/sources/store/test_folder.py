"""Names out of an image never lead out of a layer's folder, and never to what is no file."""

import base64
import io
import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from layerscope.errors import StoreUnusable
from layerscope.sources.store.folder import DescriptorPool, LayerFolder
from layerscope.sources.store.tar_split import LazySplit, read_tar_split

SECRET = b"of the host"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a layer's folder with ways out of it, and what they lead to beside it."""
    layer = tmp_path / "diff"
    (layer / "deep/er").mkdir(parents=True)
    (layer / "deep/er/file").write_bytes(b"content")
    (tmp_path / "secret").write_bytes(SECRET)
    (layer / "link").symlink_to(tmp_path / "secret")
    (layer / "up").symlink_to("..")
    (layer / "inside").symlink_to("deep/er")
    os.mkfifo(layer / "pipe")
    return layer


@pytest.fixture
def pool() -> Iterator[DescriptorPool]:
    """Give a pool, and close it."""
    made = DescriptorPool()
    yield made
    made.close()


def read(folder: Path, pool: DescriptorPool, name: str, size: int) -> bytes:
    checksum = base64.b64encode(bytes(8)).decode()
    line = json.dumps({"type": 1, "name": name, "size": size, "payload": checksum}).encode()
    buffer = bytearray(size)
    LayerFolder(folder, LazySplit(lambda: read_tar_split(io.BytesIO(line))), pool).read_into(0, 0, memoryview(buffer))
    return bytes(buffer)


@pytest.mark.parametrize("name", ["deep/er/file", "./deep/er/file", "/deep/er/file", "deep//er/./file"])
def test_a_file_has_its_content(folder: Path, pool: DescriptorPool, name: str) -> None:
    assert read(folder, pool, name, 7) == b"content"


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "deep/../../secret",
        "link",
        "up/secret",
        "up/diff/deep/er/file",
        "inside/file",
        "deep",
        "deep/er",
        "pipe",
        "missing",
        "deep/er/file/more",
        "",
        "/",
        ".",
        "secret\0",
        "deep/er/file\0",
        "n" * 300,
        "deep/" * 100_000 + "file",
        "\x1b[31m",
    ],
)
@pytest.mark.parametrize("size", [7, len(SECRET)])
def test_nothing_else_is_opened(folder: Path, pool: DescriptorPool, name: str, size: int) -> None:
    with pytest.raises(StoreUnusable) as caught:
        read(folder, pool, name, size)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_a_device_is_not_even_opened(folder: Path, pool: DescriptorPool) -> None:
    """Opening some devices does something already."""
    try:
        os.mknod(folder / "device", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("devices can be made by root only")
    with pytest.raises(StoreUnusable, match="not the file"):
        read(folder, pool, "device", 7)


def test_files_of_many_layers_need_few_descriptors(tmp_path: Path, pool: DescriptorPool) -> None:
    lines = []
    for number in range(600):
        path = tmp_path / f"folder{number}"
        path.mkdir()
        (path / "file").write_bytes(b"%03d" % number)
        lines.append(
            {"type": 1, "name": f"folder{number}/file", "size": 3, "payload": base64.b64encode(bytes(8)).decode()}
        )
    text = "\n".join(map(json.dumps, lines)).encode()
    layer = LayerFolder(tmp_path, LazySplit(lambda: read_tar_split(io.BytesIO(text))), pool)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        for number in (*range(600), *range(600)):
            buffer = bytearray(3)
            layer.read_into(number, 0, memoryview(buffer))
            assert buffer == b"%03d" % number
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
