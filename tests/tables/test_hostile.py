"""Tables that lie, break or are meant to exhaust: always an error of ours, in bounded time and memory."""

import io
import json
import tarfile
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.blob.allowance import ENTRY_LIMIT, Allowance
from layerscope.errors import DigestMismatch, ImageError, LimitExceeded, MalformedImage
from layerscope.layers.entry import Kind
from layerscope.tables import entries as entries_module
from tests.images import compress, file, layer
from tests.tables.lazy import STARGZ_DIGEST, LazyLayer, modern_chunked, read_table, sha256
from tests.tables.test_place import stargz

TAR = layer(file("a", b"content"))


def hand_made_stargz(table: bytes, name: str = "stargz.index.json", *, digest: str | None = None) -> LazyLayer:
    """Return an eStargz layer with any table in it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo(name)
        info.size = len(table)
        tar.addfile(info, io.BytesIO(table))
    payload, packed = compress(TAR, "gzip"), compress(stream.getvalue(), "gzip")
    blob = payload + packed + stargz(b"%016x" % len(payload))
    return LazyLayer(blob, TAR, "", {STARGZ_DIGEST: digest or sha256(table)})


def table_of(*entries: Any, version: int = 1) -> bytes:
    return json.dumps({"version": version, "entries": entries}).encode()


ENTRY = {"type": "reg", "name": "a", "size": 7, "digest": sha256(b"content")}


def test_the_hand_made_one_is_right() -> None:
    table = hand_made_stargz(table_of(ENTRY)).read()
    assert table is not None
    assert list(table.scan.paths) == [b"a", b"stargz.index.json"]


@pytest.mark.parametrize("make", [hand_made_stargz, lambda table: modern_chunked(TAR, table=table)])
@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "entries": null}',
        b'{"version": 1, "entries": [null]}',
        b'{"version": 1, "entries": [{}]}',
        b'{"version": "1", "entries": []}',
        b'{"version": 1, "entries": [' + b"[" * 100_000,
        b'{"version": 1, "entries": [], "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        table_of(version=2),
        table_of(ENTRY)[:-3],
        table_of(ENTRY | {"type": "socket"}),
        table_of(ENTRY | {"size": -1}),
        table_of(ENTRY | {"size": 1 << 61}),
        table_of(ENTRY | {"size": 1 << 80}),
        table_of(ENTRY | {"size": 1.5}),
        table_of(ENTRY | {"name": 5}),
        table_of(ENTRY | {"modtime": "yesterday"}),
        table_of(ENTRY | {"modtime": "2024-13-01T00:00:00Z"}),
        table_of(ENTRY | {"modtime": "2024-01-01T00:00:00"}),
        table_of(ENTRY | {"digest": "sha256:00"}),
        table_of(ENTRY | {"digest": "sha256:" + "/" * 64}),
        table_of(ENTRY | {"xattrs": {"user.a": "not base64"}}),
        table_of(ENTRY | {"xattrs": []}),
        b'{"version": 1, "entries": [{"type": "reg", "name": "\\ud800"}]}',
        b'{"version": 1, "entries": [{"type": "reg", "name": "\xff"}]}',
        b"\xff\xfe{\0}\0",
    ],
)
def test_a_table_that_is_none(make: Any, table: bytes) -> None:
    with pytest.raises(MalformedImage):
        make(table).read()


def test_names_stay_in_the_root() -> None:
    names = ["../../etc/passwd", "/absolute", "a/../../b", "./c//d/", "."]
    table = modern_chunked(TAR, entries=[{"type": "dir", "name": name} for name in names]).read()
    assert table is not None
    assert list(table.scan.paths) == [b"etc/passwd", b"absolute", b"b", b"c/d", b""]


def test_sizes_of_what_has_no_content_do_not_count() -> None:
    entries = [{"type": kind, "name": kind, "size": 10**12} for kind in ("dir", "symlink", "hardlink", "char", "fifo")]
    table = modern_chunked(TAR, entries=entries).read()
    assert table is not None
    assert table.scan.sizes.tolist() == [0] * 5


def test_duplicate_names_and_pieces() -> None:
    piece = {"type": "chunk", "name": "a", "chunkSize": 10**15, "offset": -5, "chunkOffset": 1 << 62}
    table = modern_chunked(TAR, entries=[piece, ENTRY, piece, piece, ENTRY]).read()
    assert table is not None
    assert [(entry.path, entry.size) for entry in map(table.scan.entry, range(2))] == [(b"a", 7), (b"a", 7)]
    assert len(table.scan) == 2


def test_a_digest_of_another_algorithm_is_not_compared() -> None:
    table = modern_chunked(TAR, entries=[ENTRY | {"digest": "sha512:" + "0" * 128}]).read()
    assert table is not None
    assert not table.scan.hashed.any()


def test_unknown_kinds_do_not_pass_as_files() -> None:
    table = modern_chunked(TAR, entries=[{"type": "char", "name": "hidden"}]).read()
    assert table is not None
    # An engine takes a 0:0 device as a whiteout, wherever it read of it.
    assert table.scan.kinds.tolist() == [Kind.WHITEOUT]


@pytest.mark.parametrize("lazy", [hand_made_stargz(table_of(ENTRY)), modern_chunked(TAR)])
def test_other_bytes_than_promised(lazy: LazyLayer) -> None:
    promise = next(name for name, value in lazy.annotations.items() if value.startswith("sha256:"))
    with pytest.raises(DigestMismatch, match="other bytes"):
        lazy.read(**{promise: sha256(b"something else")})


def test_something_else_where_the_table_should_be() -> None:
    with pytest.raises(MalformedImage, match="something else"):
        hand_made_stargz(table_of(ENTRY), "another.json").read()


def test_a_table_of_another_length_than_said() -> None:
    lazy = modern_chunked(TAR)
    position = next(name for name in lazy.annotations if name.endswith("position"))
    offset, packed, unpacked, kind = lazy.annotations[position].split(":")
    for length in (int(unpacked) - 1, int(unpacked) + 1):
        with pytest.raises(MalformedImage, match="does not have"):
            lazy.read(**{position: f"{offset}:{packed}:{length}:{kind}"})


def test_a_bomb_is_not_unpacked() -> None:
    bomb = hand_made_stargz(b" " * (129 << 20))
    tracemalloc.start()
    with pytest.raises(LimitExceeded, match="at most"):
        bomb.read()
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 20 << 20


def test_a_bomb_of_zstd_is_not_unpacked() -> None:
    bomb = modern_chunked(TAR, table=b" " * (129 << 20))
    position = next(name for name in bomb.annotations if name.endswith("position"))
    said = bomb.annotations[position].split(":")
    said[2] = "1000"
    tracemalloc.start()
    with pytest.raises(MalformedImage, match="does not have the 1000 bytes"):
        bomb.read(**{position: ":".join(said)})
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 20 << 20


def test_too_many_entries() -> None:
    table = b'{"version":1,"entries":[' + b",".join([b"{}"] * entries_module.ENTRY_LIMIT) + b"]}"
    with pytest.raises(LimitExceeded, match="entries"):
        modern_chunked(TAR, table=table).read()


def test_entries_count_against_the_images_allowance() -> None:
    allowance = Allowance()
    allowance.take_entries(ENTRY_LIMIT)
    lazy = modern_chunked(TAR, entries=[{"type": "reg", "name": str(number)} for number in range(2_000)])
    with pytest.raises(LimitExceeded, match="entries"):
        read_table(lazy.blob, lazy.annotations, allowance)


def test_pieces_count_as_well() -> None:
    allowance = Allowance()
    allowance.take_entries(ENTRY_LIMIT - 1_000)
    lazy = modern_chunked(TAR, entries=[{"type": "chunk", "name": "a"}] * 1_001)
    with pytest.raises(LimitExceeded, match="entries"):
        read_table(lazy.blob, lazy.annotations, allowance)


def test_long_names_count_as_well() -> None:
    lazy = modern_chunked(TAR, entries=[{"type": "reg", "name": "n" * 200_000}])
    assert read_table(lazy.blob, lazy.annotations, Allowance(entry_limit=4_000)) is not None
    with pytest.raises(LimitExceeded, match="entries"):
        read_table(lazy.blob, lazy.annotations, Allowance(entry_limit=3_000))


def test_all_tables_together_are_bounded() -> None:
    lazy = modern_chunked(TAR, table=b'{"version": 1, "entries": []}' + b" " * (100 << 20))
    allowance = Allowance(150 << 20)
    assert read_table(lazy.blob, lazy.annotations, allowance) is not None
    with pytest.raises(LimitExceeded, match="unpacks to over"):
        read_table(lazy.blob, lazy.annotations, allowance)


@given(st.data())
def test_damage_is_an_error_of_ours_or_no_table(data: st.DataObject) -> None:
    lazy = data.draw(st.sampled_from([hand_made_stargz(table_of(ENTRY, ENTRY)), modern_chunked(TAR)]))
    blob = bytearray(lazy.blob)
    for _ in range(data.draw(st.integers(1, 8))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    annotations = data.draw(st.sampled_from([{}, lazy.annotations]))
    cut = data.draw(st.integers(0, len(blob)))
    length = data.draw(st.sampled_from([cut, len(blob)]))
    with suppress(ImageError):
        read_table(bytes(blob[:length]), annotations)
