"""The grammar of digests is checked before any path is built from one (CVE-2024-3727)."""

import hashlib

import pytest

from layerscope.errors import MalformedImage
from layerscope.oci.digest import Digest

HEX = hashlib.sha256(b"x").hexdigest()
REFUSED = [
    pytest.param("", id="empty"),
    pytest.param(HEX, id="no algorithm"),
    pytest.param("sha256:", id="no value"),
    pytest.param(":" + HEX, id="empty algorithm"),
    pytest.param("sha256:../../../../etc/passwd", id="path traversal"),
    pytest.param("sha256:" + "../" * 21 + "a", id="path traversal of the right length"),
    pytest.param("../../sha256:" + HEX, id="path traversal in the algorithm"),
    pytest.param("sha256:/" + HEX[1:], id="a slash"),
    pytest.param("sha256:" + HEX[:-1], id="too short"),
    pytest.param("sha256:" + HEX + "0", id="too long"),
    pytest.param("sha512:" + HEX, id="another algorithm's length"),
    pytest.param("sha256:" + HEX.upper(), id="upper case"),
    pytest.param("SHA256:" + HEX, id="algorithm in upper case"),
    pytest.param("md5:" + hashlib.md5(b"x", usedforsecurity=False).hexdigest(), id="md5"),
    pytest.param("sha384:" + hashlib.sha384(b"x").hexdigest(), id="not registered"),
    pytest.param("sha256:" + HEX[:-1] + "\n", id="newline for the last digit"),
    pytest.param("sha256:" + HEX + "\n", id="newline at the end"),
    pytest.param(" sha256:" + HEX, id="space before it"),
    pytest.param("sha256:" + "٠" * 64, id="Arabic digits"),  # noqa: RUF001
    pytest.param("sha256:" + "０" * 64, id="full-width digits"),  # noqa: RUF001
    pytest.param("sha256:" + HEX[:-1] + "g", id="a g"),
    pytest.param("sha256:" + HEX[:-1] + "\0", id="NUL"),
    pytest.param("sha256:sha256:" + HEX, id="twice"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(MalformedImage):
        Digest.parse(text)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_parse_and_show(algorithm: str) -> None:
    encoded = hashlib.new(algorithm, b"x").hexdigest()
    digest = Digest.parse(f"{algorithm}:{encoded}")
    assert digest == Digest(algorithm, encoded) == Digest.of(b"x", algorithm)
    assert str(digest) == f"{algorithm}:{encoded}"
    assert digest.short == encoded[:12]
    hasher = digest.hasher()
    hasher.update(b"x")
    assert hasher.hexdigest() == encoded


def test_error_holds_no_control_characters() -> None:
    with pytest.raises(MalformedImage) as caught:
        Digest.parse("sha256:\x1b[31m\u202e" + "x" * 10_000)
    text = str(caught.value)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 500
