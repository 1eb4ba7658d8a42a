"""The size of a piece in gzip, against the standard library's level 6."""

import random
import zlib
from pathlib import Path

import pytest

from layerscope.blob import gzip_size
from layerscope.blob.gzip_size import PIECE_BYTES, gzip_share

RNG = random.Random(2)
NOISE = RNG.randbytes(4 * PIECE_BYTES)
WORDS = [RNG.randbytes(RNG.randrange(2, 9)).hex().encode() for _ in range(300)]
PROSE = b" ".join(RNG.choice(WORDS) for _ in range(20_000))
SOURCE = b"".join(path.read_bytes() for path in sorted(Path(random.__file__).parent.glob("*.py"))[:30])


@pytest.fixture(params=["isal", "zlib"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test with both libraries; the standard one serves platforms without wheels."""
    if request.param == "zlib":
        monkeypatch.setattr(gzip_size, "HAS_ISAL", False)
    elif not gzip_size.HAS_ISAL:
        pytest.skip("isal is not installed")


@pytest.mark.parametrize(
    ("content", "tolerance"),
    [(NOISE, 0.002), (PROSE, 0.1), (SOURCE, 0.1), (bytes(4 * PIECE_BYTES), 5)],
    ids=["noise", "prose", "source", "zeros"],
)
def test_mean_of_pieces_is_what_gzip_makes_of_the_whole(content: bytes, tolerance: float) -> None:
    pieces = [content[at : at + PIECE_BYTES] for at in range(0, len(content), PIECE_BYTES)]
    estimate = sum(gzip_share(piece) * len(piece) for piece in pieces)
    assert estimate == pytest.approx(len(zlib.compress(content, 6, 31)), rel=tolerance)


def test_share_is_between_nothing_and_one() -> None:
    for piece in (b"", b"x", NOISE[:100], bytes(PIECE_BYTES), PROSE[:1000]):
        assert 0 <= gzip_share(piece) <= 1
