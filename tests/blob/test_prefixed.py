"""A stream whose first bytes were looked at gives all its bytes, once and in order."""

import pytest

from layerscope.blob.prefixed import Prefixed, read_fully
from tests.blob.readers import Counted

CONTENT = bytes(range(256)) * 4


@pytest.mark.parametrize("prefix_bytes", [0, 1, 512, 1024])
@pytest.mark.parametrize("step_bytes", [1, 100, 2000])
def test_nothing_is_lost(prefix_bytes: int, step_bytes: int) -> None:
    reader = Counted(CONTENT, 70)
    whole = Prefixed(read_fully(reader, prefix_bytes), reader)
    assert b"".join(iter(lambda: whole.read(step_bytes), b"")) == CONTENT


def test_read_fully_joins_short_reads() -> None:
    reader = Counted(CONTENT, 7)
    assert read_fully(reader, 512) == CONTENT[:512]
    assert read_fully(reader, 5000) == CONTENT[512:]
    assert read_fully(reader, 1) == b""
