"""A stream tells layers from other members by their first bytes."""

import pytest

from layerscope.sources.layer_bytes import looks_like_layer, looks_like_tar
from tests.images import compress, file, layer
from tests.tar.blocks import V7, header

TAR = layer(file("f", b"x"))
BYTES = [
    pytest.param(TAR, True, True, id="tar"),
    pytest.param(header(b"f", **V7), True, True, id="v7 tar, told by its checksum"),
    pytest.param(bytes(512), True, True, id="end blocks"),
    pytest.param(TAR[:511], False, False, id="too short"),
    pytest.param(compress(TAR, "gzip"), False, True, id="gzip"),
    pytest.param(compress(TAR, "zstd"), False, True, id="zstd"),
    pytest.param(b"\xfd7zXZ\0" + bytes(600), False, True, id="xz, to be refused by name"),
    pytest.param(b"", False, False, id="nothing"),
    pytest.param(b"1.0", False, False, id="VERSION"),
    pytest.param(b"text " * 200, False, False, id="text"),
    pytest.param(b'{"a": 1}' * 100, False, False, id="a document"),
]


@pytest.mark.parametrize(("content", "is_tar", "is_layer"), BYTES)
def test_first_bytes(content: bytes, is_tar: bool, is_layer: bool) -> None:
    assert looks_like_tar(content[:512]) is is_tar
    assert looks_like_layer(content[:512]) is is_layer
