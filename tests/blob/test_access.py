"""The two accesses are values: whoever gets one can compare and keep it, not change it."""

import pytest

from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.oci.digest import Digest
from tests.blob.readers import Counted
from tests.indexing import Memory


def test_accesses_are_frozen() -> None:
    stream = StreamAccess(lambda: Counted(b""), Digest.of(b""), 0)
    assert stream.media_type is None
    for access, field in ((stream, "digest"), (SeekAccess(Memory(b"")), "reader")):
        with pytest.raises(AttributeError):
            setattr(access, field, None)
