"""What names beginning with `.wh.` mean (OCI image-spec, layer.md, "Whiteouts")."""

import pytest

from layerscope.layers.entry import Kind
from layerscope.layers.whiteout import interpret

MEANINGS = [
    (b".wh.a", (Kind.WHITEOUT, b"a")),
    (b"d/.wh.a", (Kind.WHITEOUT, b"d/a")),
    (b"d/e/.wh.a.b", (Kind.WHITEOUT, b"d/e/a.b")),
    (b"d/.wh.\xff", (Kind.WHITEOUT, b"d/\xff")),
    (b".wh..hidden", (Kind.WHITEOUT, b".hidden")),
    (b".wh....", (Kind.WHITEOUT, b"...")),
    (b".wh..wh", (Kind.WHITEOUT, b".wh")),
    (b".wh. ", (Kind.WHITEOUT, b" ")),
    (b".wh..wh..opq", (Kind.OPAQUE, b"")),
    (b"d/.wh..wh..opq", (Kind.OPAQUE, b"d")),
    (b"d/e/.wh..wh..opq", (Kind.OPAQUE, b"d/e")),
    # No name, `.` and `..` are nothing that could be hidden: the spec wants an error.
    (b".wh.", (Kind.INVALID, b".wh.")),
    (b"d/.wh..", (Kind.INVALID, b"d/.wh..")),
    (b"d/.wh...", (Kind.INVALID, b"d/.wh...")),
    # aufs keeps its own files under this prefix.
    (b".wh..wh.plnk", None),
    (b".wh..wh.aufs", None),
    (b"d/.wh..wh.orph", None),
    (b".wh..wh.", None),
    (b".wh..wh..opqx", None),
    # A folder so named does not make its files whiteouts.
    (b".wh.etc/file", None),
    (b"a", None),
    (b"wh.a", None),
    (b"a.wh.b", None),
    (b".WH.a", None),
    (b"", None),
]


@pytest.mark.parametrize(("path", "meaning"), MEANINGS, ids=[repr(path) for path, _ in MEANINGS])
def test_interpret(path: bytes, meaning: tuple[Kind, bytes] | None) -> None:
    assert interpret(path) == meaning
