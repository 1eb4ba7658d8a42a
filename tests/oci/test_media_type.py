"""What a layer's media type says of its compression and of where it lies."""

import pytest

from layerscope.oci.media_type import is_foreign, labelled_compression

LABELS = [
    ("application/vnd.oci.image.layer.v1.tar", "none"),
    ("application/vnd.oci.image.layer.v1.tar+gzip", "gzip"),
    ("application/vnd.oci.image.layer.v1.tar+zstd", "zstd"),
    ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "gzip"),
    ("application/vnd.docker.image.rootfs.diff.tar.gzip", "gzip"),
    ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "gzip"),
    ("application/octet-stream", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("media_type", "compression"), LABELS)
def test_labelled_compression(media_type: str | None, compression: str | None) -> None:
    assert labelled_compression(media_type) == compression


def test_foreign_layers() -> None:
    assert [is_foreign(media_type or "") for media_type, _ in LABELS] == [False] * 3 + [True, False, True] + [False] * 3
