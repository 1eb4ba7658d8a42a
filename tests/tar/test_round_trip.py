"""Random members that tarfile writes in all its formats come back as they were, through both inputs."""

import io
import tarfile
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from layerscope.tar.inputs import SeekInput, StreamInput
from tests.tar.blocks import AtRest, Chunks, members

TYPES = (
    tarfile.REGTYPE,
    tarfile.AREGTYPE,
    tarfile.CONTTYPE,
    tarfile.LNKTYPE,
    tarfile.SYMTYPE,
    tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
    tarfile.CHRTYPE,
    tarfile.BLKTYPE,
)
WITH_CONTENTS = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
FORMATS = {"ustar": tarfile.USTAR_FORMAT, "GNU": tarfile.GNU_FORMAT, "PAX": tarfile.PAX_FORMAT}
PARTS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=30).map(
    lambda text: text.encode()[:40].decode("utf-8", "ignore") or "x"
)
SHORT_NAMES = st.text("abcdefghij.-_é", min_size=1, max_size=45)
LONG_NAMES = st.lists(PARTS, min_size=1, max_size=12).map("/".join)


@st.composite
def infos(draw: st.DrawFn, tar_format: int) -> tuple[tarfile.TarInfo, bytes]:
    """Draw one member that the format can hold."""
    is_ustar, is_gnu = tar_format == tarfile.USTAR_FORMAT, tar_format == tarfile.GNU_FORMAT
    names = SHORT_NAMES if is_ustar else LONG_NAMES
    info = tarfile.TarInfo(draw(names))
    info.type = draw(st.sampled_from(TYPES))
    info.mode = draw(st.integers(0, 0o7777))
    low, high = (-(1 << 55), (1 << 55)) if is_gnu else (0, 0o7777777) if is_ustar else (0, 1 << 40)
    info.uid, info.gid = draw(st.integers(low, high)), draw(st.integers(low, high))
    info.mtime = draw(st.integers(-(1 << 40) if is_gnu else 0, 0o77777777777 if is_ustar else 1 << 40))
    if info.type in (tarfile.LNKTYPE, tarfile.SYMTYPE):
        info.linkname = draw(names)
    if info.type in (tarfile.CHRTYPE, tarfile.BLKTYPE):
        info.devmajor, info.devminor = draw(st.integers(0, 0o7777777)), draw(st.integers(0, 0o7777777))
    content = draw(st.binary(max_size=1500)) if info.type in WITH_CONTENTS else b""
    info.size = len(content)
    return info, content


@given(data=st.data(), chunk_bytes=st.sampled_from([1, 13, 511, 512, 513, 1 << 20]))
def test_round_trip(data: st.DataObject, chunk_bytes: int) -> None:
    tar_format = FORMATS[data.draw(st.sampled_from(sorted(FORMATS)))]
    written = data.draw(st.lists(infos(tar_format), max_size=6))
    tar = pack(written, tar_format)
    expected = [describe(info, content) for info, content in written]
    for source in (StreamInput(Chunks(tar, chunk_bytes)), SeekInput(AtRest(tar))):
        found = []
        for item in members(source):
            record = item.record
            values = (record.size, record.mode, record.uid, record.gid, record.mtime_ns, record.linkname, record.device)
            found.append((record.name.rstrip(b"/"), record.typeflag, *values, item.content))
        assert found == expected


def pack(written: list[tuple[tarfile.TarInfo, bytes]], tar_format: int) -> bytes:
    """Return what tarfile makes of the members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format, encoding="utf-8") as archive:
        for info, content in written:
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def describe(info: tarfile.TarInfo, content: bytes) -> tuple[Any, ...]:
    """Return a member as the walk should show it."""
    # tarfile ends the names of directories with a slash.
    name = info.name.encode().rstrip(b"/")
    is_directory = info.type in WITH_CONTENTS and info.name.endswith("/")
    device = (info.devmajor, info.devminor)
    typeflag = tarfile.DIRTYPE if is_directory else info.type
    numbers = (len(content), info.mode, info.uid, info.gid, info.mtime * 1_000_000_000)
    return (name, typeflag, *numbers, info.linkname.encode(), device, content)
