"""Records that somebody else wrote, under the right digest: refused as damaged, and written anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from layerscope.cache import container
from layerscope.cache.container import pack, unpack
from layerscope.cache.records import KeptPart
from layerscope.errors import MalformedImage
from layerscope.oci.digest import Digest
from tests.cache.keeping import report, written
from tests.images import docker_archive, file, layer
from tests.saved.resealing import sealed_content, unsealed

LINE = b"layerscope-cache 1\n"
PART = KeptPart(None, Digest("sha256", "1" * 64))


def forged(document: Any) -> bytes:
    return forged_text(json.dumps(document).encode())


def forged_text(text: bytes) -> bytes:
    return sealed_content(len(text).to_bytes(8, "little") + text, LINE)


def document_of(record: bytes) -> Any:
    plain = unsealed(record, LINE)
    return json.loads(plain[8 : 8 + int.from_bytes(plain[:8], "little")])


def test_a_record_comes_back() -> None:
    record = pack("key", PART)
    assert unpack(record, "key", KeptPart).blob == PART.blob
    assert unpack(forged(document_of(record)), "key", KeptPart).blob == PART.blob


@pytest.mark.parametrize(
    "record",
    [
        forged(None),
        forged(["key", "value", "shapes"]),
        forged({"key": "key"}),
        forged({"key": "key", "value": [], "shapes": {}, "more": 1}),
        forged({"key": "key", "value": [], "shapes": 7}),
        forged({"key": "key", "value": [], "shapes": {"cache.records.KeptPart": 7}}),
        forged({"key": "key", "value": 0, "shapes": {}}),
        forged({"key": "another", "value": [], "shapes": {}}),
        forged_text(b"[" * 100_000),
        forged_text(b"\xff"),
        sealed_content(b"", LINE),
        sealed_content((1 << 63).to_bytes(8, "little"), LINE),
    ],
    ids=range(12),
)
def test_other_content_is_damage(record: bytes) -> None:
    with pytest.raises(MalformedImage):
        unpack(record, "key", KeptPart)


def test_no_more_is_unpacked_than_any_record_has(monkeypatch: pytest.MonkeyPatch) -> None:
    record = pack("key", PART)
    size_bytes = len(unsealed(record, LINE))
    monkeypatch.setattr(container, "CONTENT_LIMIT_BYTES", size_bytes)
    assert unpack(record, "key", KeptPart).blob == PART.blob
    monkeypatch.setattr(container, "CONTENT_LIMIT_BYTES", size_bytes - 1)
    with pytest.raises(MalformedImage):
        unpack(record, "key", KeptPart)


def test_the_run_goes_on_and_mends_it(tmp_path: Path) -> None:
    path = written(tmp_path / "image.tar", docker_archive([layer(file("a", b"a" * 999))], flavour="old"))
    fresh = report(path, tmp_path / "cache")
    for kept in sorted((tmp_path / "cache").iterdir()):
        whole = kept.read_bytes()
        kept.write_bytes(forged(None))
        assert report(path, tmp_path / "cache") == fresh
        assert kept.read_bytes() == whole
