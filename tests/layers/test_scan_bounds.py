"""What takes memory beyond entries counts as entries: long names, and the files that package databases list."""

import gzip
import random
from collections.abc import Callable
from io import BytesIO

import pytest

from layerscope.blob import allowance
from layerscope.blob.access import LayerAccess, SeekAccess, StreamAccess
from layerscope.blob.allowance import ENTRY_LIMIT, Allowance
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.probes import PROBES
from tests.images import Item, file, layer, symlink
from tests.indexing import Memory

SITE = "usr/lib/python3/dist-packages/demo-1.dist-info"
RECORD = b"".join(b"demo/m%d.py,,\n" % number for number in range(3_000))
APK = b"P:musl\nV:1\nF:lib\n" + b"".join(b"R:%d\n" % number for number in range(3_000)) + b"\n"
MUCH: dict[str, Item] = {
    "a long name": file(f"n/{'n' * 150_000}", b"x"),
    "a long target": symlink("l", "t" * 150_000),
    "python's list": file(f"{SITE}/RECORD", RECORD),
    "dpkg's list": file("var/lib/dpkg/info/a.list", b"".join(b"/usr/%d\n" % number for number in range(3_000))),
    "apk's list": file("lib/apk/db/installed", APK),
}
BEFORE, AFTER = file("before", b"b" * 100), file("after", b"a" * 100)


def at_rest(tar: bytes) -> LayerAccess:
    return SeekAccess(Memory(tar))


def passing(tar: bytes) -> LayerAccess:
    return StreamAccess(lambda: BytesIO(tar), None, len(tar))


def scan(access: LayerAccess, entry_limit: int = ENTRY_LIMIT) -> LayerScan:
    return scan_layer(access, ProbeSet(PROBES), allowance=Allowance(entry_limit=entry_limit))


@pytest.mark.parametrize("access", [at_rest, passing])
@pytest.mark.parametrize("kind", MUCH)
def test_a_layer_ends_where_it_takes_too_much(kind: str, access: Callable[[bytes], LayerAccess]) -> None:
    # More records than are scanned at once, so that the limit is noticed before the end.
    tar = layer(BEFORE, MUCH[kind], *(file(f"{'p' * 120}/{number}") for number in range(200)), AFTER)
    whole = scan(access(tar))
    assert whole.damage is None
    found = scan(access(tar), 2_000)
    assert found.damage is not None
    assert "over 2000 entries, files in package databases and parts of long names included" in found.damage
    assert 1 <= len(found) < len(whole)
    assert found.entry(0) == whole.entry(0)


@pytest.mark.parametrize("kind", ["entries", "python's list"])
def test_a_small_blob_of_very_many_ends(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "CHEAP_ENTRY_LIMIT", 1_000)
    many = (MUCH[kind],) if kind in MUCH else ()
    packed = gzip.compress(layer(BEFORE, *many, *(file(f"{number}") for number in range(0 if many else 3_000)), AFTER))
    found = scan(passing(packed))
    assert found.damage is not None
    assert "over 1000 entries, files in package databases and parts of long names included, that take" in found.damage
    assert found.entry(0).path == b"before"


def test_as_many_in_a_blob_of_their_size_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "CHEAP_ENTRY_LIMIT", 1_000)
    items = [file(f"{number}", random.Random(number).randbytes(30)) for number in range(3_000)]
    assert scan(passing(gzip.compress(layer(*items)))).damage is None
    assert scan(at_rest(layer(*(file(f"{number}") for number in range(3_000))))).damage is None


def test_what_comes_out_of_a_small_archive_counts_as_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "CHEAP_ENTRY_LIMIT", 1_000)
    tar, used = layer(*(file(f"{number}") for number in range(3_000))), iter(range(70_000, 80_000))
    assert scan(passing(tar)).damage is None
    found = scan(StreamAccess(lambda: BytesIO(tar), None, len(tar), packed_bytes=lambda: next(used)))
    assert found.damage is not None
    assert "over 1000 entries" in found.damage


@pytest.mark.parametrize("access", [at_rest, passing])
def test_usual_names_count_nothing(access: Callable[[bytes], LayerAccess]) -> None:
    tar = layer(*(file(f"usr/{number:0>230}") for number in range(200)))
    assert scan(access(tar), 256).damage is None
