"""What is read of fatbins: known ones, ones put together here, and broken ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.layers.probe import NotKept
from layerscope.probes import cuda_fatbin_headers
from layerscope.probes.cuda_fatbin import DeviceCode, DeviceCodeSection, DeviceCodeTotal, Section, read_device_code
from tests.probes.fatbins import LTO_IR, PTX, SASS, BytesView, as_listed, entry, fatbin

DATA = Path(__file__).parent / "data"
KNOWN: dict[str, dict[str, Any]] = json.loads((DATA / "fatbins.json").read_text())
# What a search reads at once, and so where a fatbin's header may be cut in two.
WINDOW_BYTES = 4 << 20
ONE = fatbin(entry())
ENTRY_BYTES = 72


def read(content: bytes, *, section: str = ".nv_fatbin", start: int = 0) -> DeviceCode:
    return read_device_code(BytesView(content), [(section, start, len(content) - start)])


def shares(code: DeviceCode) -> tuple[int, int, int, int]:
    """Return fatbins, and bytes of entries, of padding and of what is in no fatbin."""
    (section,) = code.sections
    return section.fatbin_count, section.entry_bytes, section.padding_bytes, section.unattributed_bytes


@pytest.mark.parametrize("name", KNOWN)
def test_known_fatbins(name: str) -> None:
    content, known = (DATA / f"{name}.fatbin").read_bytes(), KNOWN[name]
    code = read(content)
    assert code.entries == tuple(DeviceCodeTotal(*total) for total in known["totals"])
    assert as_listed(code.entries) == {(chip, kind): count for chip, kind, count in known["listed"]}
    headers_bytes = 16 * known["fatbins"]
    assert code.sections == (
        DeviceCodeSection(".nv_fatbin", len(content), known["fatbins"], headers_bytes, len(content) - headers_bytes, 0),
    )
    assert code.unattributed_bytes == 0


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("start", range(8))
def test_known_fatbins_among_other_data(name: str, start: int) -> None:
    content = (DATA / f"{name}.fatbin").read_bytes()
    other = b"other"
    among = bytes(8) + content + b"12345678" + content + b"end"
    code = read(other[:start].ljust(start, b"x") + among[start:], section=".ldata", start=start)
    once = {total[:3]: total[3:] for total in map(tuple, KNOWN[name]["totals"])}
    assert [(total.architecture, total.kind, total.compression) for total in code.entries] == list(once)
    assert [(total.count, total.size_bytes) for total in code.entries] == [
        (2 * n, 2 * size) for n, size in once.values()
    ]
    assert code.unattributed_bytes == 8 - start + 8 + 3


@pytest.mark.parametrize(
    ("kind", "flags", "expected"),
    [
        (SASS, 0x11, ("sm_90", "sass", "none")),
        (SASS, 0x13, ("sm_90", "sass", "none")),
        (SASS, 0x2011, ("sm_90", "sass", "lz4")),
        (SASS, 0x8011, ("sm_90", "sass", "zstd")),
        (SASS, 0xA011, ("sm_90", "sass", "other")),
        (SASS, 0x10_0011, ("sm_90a", "sass", "none")),
        (SASS, 0x20_8011, ("sm_90f", "sass", "zstd")),
        (SASS, 0x100_0011, ("sm_90", "sass", "none")),
        (PTX, 0x2011, ("sm_90", "ptx", "lz4")),
        (PTX, 0x10_0011, ("sm_90a", "ptx", "none")),
        (LTO_IR, 0x1_8011, ("sm_90", "lto-ir", "zstd")),
        (16, 0x11, ("sm_90", "other", "none")),
        (0, 0xFFFF_FFFF_FFFF_0011, ("sm_90", "other", "none")),
    ],
)
def test_kinds_and_flags(kind: int, flags: int, expected: tuple[str, str, str]) -> None:
    assert read(fatbin(entry(kind, flags=flags))).entries == (DeviceCodeTotal(*expected, 1, ENTRY_BYTES),)


def test_chips_are_in_the_order_of_their_numbers() -> None:
    chips = [(120, 0), (90, 0x10_0000), (100, 0x20_0000), (75, 0), (100, 0), (90, 0), (103, 0)]
    code = read(b"".join(fatbin(entry(chip=chip, flags=flags)) for chip, flags in chips))
    expected = ["sm_75", "sm_90", "sm_90a", "sm_100", "sm_100f", "sm_103", "sm_120"]
    assert [total.architecture for total in code.entries] == expected


LONG = fatbin(entry(header_bytes=112), entry(PTX, payload=bytes(5_000)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (0, 0, 0, 0)),
        (bytes(9_000), (0, 0, 9_000, 0)),
        (b"\0" * 15 + b"x", (0, 0, 15, 1)),
        (ONE + ONE, (2, 144, 0, 0)),
        (bytes(8) + ONE + bytes(24) + LONG + bytes(5_000), (2, 72 + 120 + 5_064, 5_032, 0)),
        (fatbin(entry(payload=bytes(3))) + bytes(5) + ONE, (2, 67 + 72, 5, 0)),
        # From here on broken: what is valid up to there is counted.
        (ONE + b"rest" + ONE, (1, 72, 0, 4 + len(ONE))),
        (ONE + ONE[:-1], (1, 72, 0, len(ONE) - 1)),
        (ONE + ONE[:15], (1, 72, 0, 15)),
        (ONE + fatbin(entry(), size_bytes=0) + ONE, (1, 72, 0, 2 * len(ONE))),
        (ONE + fatbin(entry(), size_bytes=73), (1, 72, 0, len(ONE))),
        (ONE + fatbin(entry(), size_bytes=(1 << 64) - 1), (1, 72, 0, len(ONE))),
        (ONE + fatbin(entry(), version=2), (1, 72, 0, len(ONE))),
        (ONE + fatbin(entry(), header_bytes=24), (1, 72, 0, len(ONE))),
        (fatbin(entry(), b"tail") + ONE, (1, 72, 0, 4 + len(ONE))),
        (fatbin(entry(), entry(payload_bytes=0)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(), entry(payload_bytes=9)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(), entry(payload_bytes=(1 << 64) - 64)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(), entry(header_bytes=0)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(), entry(header_bytes=63)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(), entry(header_bytes=64, version=0x102)) + ONE, (1, 72, 0, 72 + len(ONE))),
        (fatbin(entry(chip=1_000)) + ONE, (1, 0, 0, 72 + len(ONE))),
        (fatbin(entry(chip=(1 << 32) - 1)) + ONE, (1, 0, 0, 72 + len(ONE))),
    ],
)
def test_walked_bytes_add_up(content: bytes, expected: tuple[int, int, int, int]) -> None:
    code = read(content, section="__nv_relfatbin")
    assert shares(code) == expected
    assert code.unattributed_bytes == expected[3]
    assert sum(total.size_bytes for total in code.entries) == expected[1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (0, 0, 0, 0)),
        (ONE[:16], (0, 0, 0, 16)),
        (b"x" * 8 + ONE + b"y" * 8, (1, 72, 0, 16)),
        (b"x" * 4 + ONE, (0, 0, 0, 4 + len(ONE))),
        # A fatbin that is not valid to its end is none, and one may begin inside it.
        (fatbin(entry(), b"trailing") + ONE, (1, 72, 0, 16 + 72 + 8)),
        (fatbin(ONE, size_bytes=1 << 40), (1, 72, 0, 16)),
        (fatbin(entry(payload_bytes=0)) + ONE, (1, 72, 0, len(ONE))),
        # A fatbin in a payload is payload.
        (fatbin(entry(payload=ONE)) + ONE, (2, 64 + len(ONE) + 72, 0, 0)),
    ],
)
def test_searched_bytes_add_up(content: bytes, expected: tuple[int, int, int, int]) -> None:
    assert shares(read(content, section=".cask_resource")) == expected


@pytest.mark.parametrize("before_bytes", range(WINDOW_BYTES - 120, WINDOW_BYTES + 24, 8))
def test_search_finds_what_lies_across_its_windows(before_bytes: int) -> None:
    content = b"x" * before_bytes + ONE + b"x" * 40 + ONE
    assert shares(read(content, section=".ldata")) == (2, 144, 0, before_bytes + 40)


def test_sections_are_apart_and_totals_together() -> None:
    content = b"head" * 4 + ONE + LONG + b"data" * 2 + ONE + b"data" * 2
    lengths = (16, len(ONE), len(LONG), 16 + len(ONE))
    starts = [sum(lengths[:index]) for index in range(4)]
    names = ("", ".nv_fatbin", "__nv_relfatbin", ".ldata")
    code = read_device_code(BytesView(content), list(zip(names, starts, lengths, strict=True))[1:])
    assert code == DeviceCode(
        (DeviceCodeTotal("sm_90", "ptx", "none", 1, 5_064), DeviceCodeTotal("sm_90", "sass", "none", 3, 72 + 72 + 120)),
        (
            DeviceCodeSection(".nv_fatbin", len(ONE), 1, 16, 72, 0),
            DeviceCodeSection("__nv_relfatbin", len(LONG), 1, 16, 5_184, 0),
            DeviceCodeSection(".ldata", 16 + len(ONE), 1, 16, 72, 0),
        ),
    )
    assert code.unattributed_bytes == 16


def test_sections_may_come_in_any_order_and_end_where_they_say() -> None:
    content = ONE + bytes(8) + bytes(16) + LONG
    sections = [(".nv_fatbin", len(ONE) + 24, len(LONG)), ("__nv_relfatbin", 0, len(ONE) + 8)]
    assert read_device_code(BytesView(content), sections).sections == (
        DeviceCodeSection(".nv_fatbin", len(LONG), 1, 16, 5_184, 0),
        DeviceCodeSection("__nv_relfatbin", len(ONE) + 8, 1, 16, 72, 8),
    )


@pytest.mark.parametrize(
    "sections",
    [
        [(".nv_fatbin", 0, len(ONE) + 1)],
        [(".nv_fatbin", len(ONE) + 1, 0)],
        [(".nv_fatbin", -8, 8)],
        [(".nv_fatbin", 8, -8)],
        [(".nv_fatbin", 1 << 63, 1 << 63)],
        [(".nv_fatbin", 0, len(ONE)), (".ldata", 0, len(ONE))],
        [(".ldata", 40, 8), (".nv_fatbin", 0, 41)],
    ],
)
def test_sections_that_no_file_has(sections: list[Section]) -> None:
    with pytest.raises(ValueError, match="section"):
        read_device_code(BytesView(ONE), sections)


class _Head(BytesView):
    """A content of which a stream kept the first 4,096 bytes."""

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        if offset_bytes + size_bytes > 4_096:
            raise NotKept("not kept")
        return super().read_at(offset_bytes, size_bytes)


@pytest.mark.parametrize("section", [".nv_fatbin", ".ldata"])
def test_bytes_that_were_not_kept(section: str) -> None:
    content = fatbin(entry(payload=bytes(8_000))) + ONE
    with pytest.raises(NotKept):
        read_device_code(_Head(content), [(section, 0, len(content))])


def test_payloads_are_jumped_over() -> None:
    content = b"".join(fatbin(entry(payload=bytes(4 << 20)), entry(PTX, payload=bytes(4 << 20))) for _ in range(3))
    view = BytesView(content)
    code = read_device_code(view, [(".nv_fatbin", 0, len(content))])
    assert [total.count for total in code.entries] == [3, 3]
    assert view.read_bytes <= 6 * 4_096


@pytest.mark.parametrize("section", [".nv_fatbin", ".ldata"])
def test_headers_are_bounded(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_fatbin_headers, "HEADER_LIMIT", 10)
    content = ONE * 9
    assert shares(read(content, section=section)) == (5, 5 * 72, 0, 4 * len(ONE))
    marks = fatbin(size_bytes=16) * 40
    assert shares(read(marks + ONE, section=".ldata")) == (0, 0, 0, len(marks) + len(ONE))


KINDS = {PTX: "ptx", SASS: "sass", LTO_IR: "lto-ir"}
FLAGS = {0x11: ("", "none"), 0x2011: ("", "lz4"), 0x10_8011: ("a", "zstd"), 0x120_0011: ("f", "none")}
PARTS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(
                st.sampled_from(sorted(KINDS)),
                st.sampled_from([75, 90, 100]),
                st.sampled_from(sorted(FLAGS)),
                st.sampled_from([64, 80, 112]),
                st.integers(1, 200),
            ),
            min_size=1,
            max_size=4,
        ),
        st.integers(0, 3),
    ),
    max_size=5,
)


@given(PARTS, st.sampled_from([".nv_fatbin", ".ldata"]))
def test_any_fatbins(parts: list[tuple[list[tuple[int, int, int, int, int]], int]], section: str) -> None:
    content, counts, sizes_bytes = b"", Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for entries, zero_words in parts:
        bodies = []
        for kind, chip, flags, header_bytes, words in entries:
            bodies.append(entry(kind, chip, flags, header_bytes=header_bytes, payload=b"\x7f" * 8 * words))
            suffix, compression = FLAGS[flags]
            label = (f"sm_{chip}{suffix}", KINDS[kind], compression)
            counts[label] += 1
            sizes_bytes[label] += header_bytes + 8 * words
        content += fatbin(*bodies) + bytes(8 * zero_words)
    zeros_bytes = sum(8 * zero_words for _, zero_words in parts)
    code = read(content, section=section)
    assert {(t.architecture, t.kind, t.compression): (t.count, t.size_bytes) for t in code.entries} == {
        label: (count, sizes_bytes[label]) for label, count in counts.items()
    }
    gaps = (zeros_bytes, 0) if section == ".nv_fatbin" else (0, zeros_bytes)
    assert shares(code) == (len(parts), sizes_bytes.total(), *gaps)


MUTATIONS = st.lists(st.tuples(st.integers(0, 1 << 13), st.binary(min_size=1, max_size=9)), max_size=8)


@given(st.sampled_from(sorted(KNOWN)), MUTATIONS, st.integers(0, 1 << 14), st.sampled_from([".nv_fatbin", ".ldata"]))
def test_mutants_are_never_more_than_their_bytes(
    name: str, mutations: list[tuple[int, bytes]], length: int, section: str
) -> None:
    content = bytearray((DATA / f"{name}.fatbin").read_bytes())
    for offset, new in mutations:
        content[offset : offset + len(new)] = new
    code = read(bytes(content[:length]), section=section)
    (found,) = code.sections
    assert found.size_bytes == len(content[:length])
    assert min(found.header_bytes, found.entry_bytes, found.padding_bytes, found.unattributed_bytes) >= 0
    assert sum(total.size_bytes for total in code.entries) == found.entry_bytes
    assert found.header_bytes == 16 * found.fatbin_count
