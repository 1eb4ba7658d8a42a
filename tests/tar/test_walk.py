"""The walk: types, names, ends of archives, and damage that is never passed over."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.inputs import SeekInput, StreamInput, TarInput
from layerscope.tar.walk import Record, walk
from tests.tar.blocks import (
    END,
    GNU,
    AtRest,
    Chunks,
    header,
    long_name,
    member,
    names,
    octal,
    pax_of,
    read,
)
from tests.tar.go_reader import build_go_reader, read_with_go


def test_no_record_at_all() -> None:
    assert names(END) == names(b"") == names(bytes(512)) == names(bytes(10240)) == []


@pytest.mark.parametrize(
    "typeflag",
    [b"0", b"\0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"V", b"M", b"N", b"A", b"?", b"\xff"],
)
def test_every_type_is_a_record(typeflag: bytes) -> None:
    (only,) = read(header(b"n", typeflag=typeflag, linkname=b"t", mode=b"7777777\0") + END)
    assert (only.record.name, only.record.typeflag, only.record.linkname) == (b"n", typeflag, b"t")
    assert only.record.mode == 0o7777


@pytest.mark.parametrize("typeflag", [b"D", b"V", b"M", b"A", b"?", b"7"])
def test_unknown_types_have_contents(typeflag: bytes) -> None:
    tar = header(b"n", typeflag=typeflag, size=octal(512)) + header(b"contents") + header(b"after") + END
    assert names(tar) == [b"n", b"after"]


def test_links_devices_and_fifo_have_none() -> None:
    # The size of a link's target in its own header, as some old writers put it.
    for typeflag in (b"1", b"2", b"3", b"4", b"5", b"6"):
        tar = header(b"n", typeflag=typeflag, size=octal(999)) + header(b"after") + END
        assert [(item.record.name, item.record.size) for item in read(tar)] == [(b"n", 0), (b"after", 0)]


def test_old_directory() -> None:
    # v7 had no type for directories: a slash at the end makes one.
    for typeflag in (b"0", b"\0"):
        (first, second) = read(header(b"d/", typeflag=typeflag) + header(b"f") + END)
        assert (first.record.typeflag, second.record.name) == (b"5", b"f")


@pytest.mark.parametrize("typeflag", [b"0", b"7"])
def test_contents_behind_a_name_with_a_slash_are_no_headers(typeflag: bytes, tmp_path: Path) -> None:
    # Go, GNU tar and tarfile all pass over the contents; else headers in them would be entries that only we see.
    tar = header(b"d/", typeflag=typeflag, size=octal(512)) + header(b"smuggled") + header(b"after") + END
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == ["d/", "after"]
    (tmp_path / "t.tar").write_bytes(tar)
    listed = subprocess.run(["tar", "-tf", tmp_path / "t.tar"], check=True, capture_output=True)
    assert listed.stdout == b"d/\nafter\n"
    assert names(tar) == [b"d/", b"after"]


def test_contents_of_a_directory_that_readers_disagree_about(tmp_path: Path) -> None:
    # Go lists what is smuggled, GNU tar passes over it: one of them would see another image than we do.
    tar = header(b"d/", typeflag=b"\0", size=octal(512)) + header(b"smuggled") + header(b"after") + END
    (answer,) = read_with_go([tar], build_go_reader(tmp_path))
    assert answer.names == [b"d/", b"smuggled", b"after"]
    (tmp_path / "t.tar").write_bytes(tar)
    listed = subprocess.run(["tar", "-tf", tmp_path / "t.tar"], check=True, capture_output=True)
    assert listed.stdout == b"d/\nafter\n"
    with pytest.raises(DamagedTar):
        read(tar)


def test_long_names() -> None:
    name, target = b"n" * 5000, b"t" * 3000
    tar = long_name(name) + long_name(target, b"K") + header(b"n" * 100, typeflag=b"2", **GNU) + member(b"next") + END
    first, second = read(tar)
    assert (first.record.name, first.record.linkname) == (name, target)
    assert (second.record.name, second.record.linkname) == (b"next", b"")


def test_long_name_wins_over_pax_as_in_go() -> None:
    assert names(pax_of(path=b"pax") + long_name(b"gnu") + member(b"short") + END) == [b"gnu"]
    assert names(long_name(b"gnu") + pax_of(path=b"pax") + member(b"short") + END) == [b"gnu"]


def test_empty_long_name_keeps_the_header() -> None:
    assert names(long_name(b"") + member(b"short") + END) == [b"short"]


def test_names_are_bytes() -> None:
    raw = [
        b"\xff\xfe",
        "é".encode(),
        "é".encode("latin-1"),
        b"e\xcc\x81",
        b"A",
        b"a",
        b"\x1b[31m",
        b"a\nb",
        b" ",
        b"\\",
    ]
    assert names(b"".join(map(member, raw)) + END) == raw


ENDS = [
    pytest.param(b"", id="no end blocks"),
    pytest.param(bytes(512), id="one zero block"),
    pytest.param(END, id="two zero blocks"),
    pytest.param(bytes(10240), id="a whole record of zeros"),
    pytest.param(END + b"garbage" * 100, id="garbage after the end"),
    pytest.param(END + member(b"second archive") + END, id="a second archive after the end"),
]


@pytest.mark.parametrize("end", ENDS)
def test_end(end: bytes) -> None:
    assert names(member(b"f", b"x" * 512) + end) == [b"f"]


NO_ENDS = [
    pytest.param(b"garbage", id="garbage"),
    pytest.param(bytes(100), id="a part of a zero block"),
    pytest.param(bytes(700), id="a zero block and a part"),
    pytest.param(b"garbage".ljust(512, b"\0"), id="a block of garbage"),
    pytest.param(bytes(512) + member(b"hidden") + END, id="a zero block in the middle"),
    pytest.param(bytes(512) + b"garbage", id="garbage behind one zero block"),
    pytest.param(header()[:511], id="a header cut by one byte"),
    pytest.param(header()[:20], id="a header cut short"),
]


@pytest.mark.parametrize("end", NO_ENDS)
def test_damage_behind_a_record(end: bytes) -> None:
    tar = member(b"f", b"x" * 512) + end
    found, error = until_damage(StreamInput(Chunks(tar, 99)))
    assert [record.name for record in found] == [b"f"]
    assert error is not None
    assert 1024 <= error.offset_bytes <= len(tar)
    by_seek, same = until_damage(SeekInput(AtRest(tar)))
    assert (by_seek, str(same)) == (found, str(error))


def until_damage(source: TarInput) -> tuple[list[Record], DamagedTar | None]:
    """Return the records before the damage, and the damage."""
    found = []
    try:
        for record in walk(source):
            found.append(record)  # noqa: PERF402 - a list that is there when the walk ends early
    except DamagedTar as error:
        return found, error
    return found, None


def small_tar() -> bytes:
    """Return a tar with every kind of header, its last bytes contents that fill their block."""
    folder = header(b"d/", typeflag=b"5")
    link = header(b"l", typeflag=b"2", linkname=b"d")
    full = member(b"full", b"x" * 1024)
    return (
        folder
        + member(b"d/a", b"a" * 700)
        + link
        + pax_of(path=b"p" * 200)
        + member(b"p")
        + long_name(b"q" * 200)
        + full
    )


def test_truncated_at_every_64th_byte() -> None:
    whole = small_tar()
    records = [item.record for item in read(whole)]
    # An archive may end behind any record, with or without the rest of its last block.
    clean = {0} | {
        length for record in records for length in range(record.data_end, -(-record.data_end // 512) * 512 + 1)
    }
    for length in range(0, len(whole), 64):
        cut = whole[:length]
        for source in (StreamInput(Chunks(cut, 100)), SeekInput(AtRest(cut))):
            found, error = until_damage(source)
            assert (error is None) == (length in clean)
            if error is None:
                assert found == [record for record in records if record.data_end <= length]
            else:
                assert error.offset_bytes <= length
            assert found == records[: len(found)]


def test_many_extended_headers_are_read_once() -> None:
    tar = (pax_of(path=b"p") + member()) * 500 + END
    reader = AtRest(tar)
    assert len(list(walk(SeekInput(reader)))) == 500
    assert reader.reads <= len(tar) // 512
