"""The standard library's gzip behaves as the fast one does, call by call."""

import gzip
import zlib

import pytest

from layerscope.blob.zlib_gzip import ZlibDecompressor

igzip_lib = pytest.importorskip("isal.igzip_lib")

TEXT = b"".join(b"line %d\n" % number for number in range(20_000))


@pytest.mark.parametrize("max_length", [1, 100, 65_536, 1 << 20])
@pytest.mark.parametrize("piece_bytes", [1, 10, 1000, 1 << 20])
def test_output_and_rest(max_length: int, piece_bytes: int) -> None:
    text = TEXT[:3000] if max_length == 1 else TEXT
    blob = gzip.compress(text) + b"rest"
    for decompressor in (ZlibDecompressor(), igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)):
        content, position = b"", 0
        while not decompressor.eof:
            piece = b""
            if decompressor.needs_input:
                piece = blob[position : position + piece_bytes]
                position += len(piece)
                assert piece
            more = decompressor.decompress(piece, max_length)
            assert len(more) <= max_length
            content += more
        assert content == text
        assert decompressor.unused_data + blob[position:] == b"rest"


def test_damage() -> None:
    blob = bytearray(gzip.compress(TEXT))
    blob[-6] ^= 1
    decompressor = ZlibDecompressor()
    with pytest.raises(zlib.error):
        decompressor.decompress(bytes(blob), 1 << 20)


def test_nothing_is_needed_at_the_end() -> None:
    decompressor = ZlibDecompressor()
    states = [(decompressor.needs_input, decompressor.eof)]
    assert decompressor.decompress(gzip.compress(b"x"), 10) == b"x"
    states.append((decompressor.needs_input, decompressor.eof))
    assert states == [(True, False), (False, True)]
    assert decompressor.unused_data == b""
