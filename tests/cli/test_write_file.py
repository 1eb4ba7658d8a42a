"""Files are written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from layerscope.cli.write_file import write_pieces
from layerscope.errors import UsageError


def breaking(error: BaseException) -> Iterator[bytes]:
    yield b"new"
    raise error


def test_pieces_become_one_file(tmp_path: Path) -> None:
    path = tmp_path / "report"
    write_pieces(path, iter([b"a", b"", b"b"]))
    assert path.read_bytes() == b"ab"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "report"
    path.write_bytes(b"old")
    with pytest.raises(UsageError if isinstance(error, OSError) else type(error)):
        write_pieces(path, breaking(error))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
