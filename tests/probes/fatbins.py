"""Fatbins put together byte by byte, and contents that can be read at any place."""

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from layerscope.probes.cuda_fatbin import DeviceCodeTotal

PTX, SASS, LTO_IR = 1, 2, 8


@dataclass(slots=True)
class BytesView:
    """A whole content; counts how much of it was read."""

    content: bytes
    read_bytes: int = field(default=0, init=False)

    @property
    def size_bytes(self) -> int:
        """How long the content is."""
        return len(self.content)

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset."""
        assert offset_bytes >= 0
        assert size_bytes >= 0
        block = self.content[offset_bytes : offset_bytes + size_bytes]
        self.read_bytes += len(block)
        return block


def entry(
    kind: int = SASS,
    chip: int = 90,
    flags: int = 0x11,
    *,
    payload: bytes = b"\x7fELFcode",
    header_bytes: int = 64,
    payload_bytes: int | None = None,
    version: int = 0x101,
) -> bytes:
    """Return an entry: a header of that size, then the payload."""
    size_bytes = len(payload) if payload_bytes is None else payload_bytes
    header = struct.pack(
        "<HHIQIIHHIIIQQQ", kind, version, header_bytes, size_bytes, 0, 0, 7, 1, chip, 0, 0, flags, 0, 0
    )
    return header + bytes(max(header_bytes, 64) - 64) + payload


def fatbin(*entries: bytes, size_bytes: int | None = None, version: int = 1, header_bytes: int = 16) -> bytes:
    """Return a fatbin of entries."""
    body = b"".join(entries)
    size_bytes = len(body) if size_bytes is None else size_bytes
    return struct.pack("<IHHQ", 0xBA55ED50, version, header_bytes, size_bytes) + body


def as_listed(totals: Iterable[DeviceCodeTotal]) -> Counter[tuple[str, str]]:
    """Count entries as `cuobjdump -lelf -lptx` does: no LTO-IR, and machine code of a family by its chip alone."""
    counts: Counter[tuple[str, str]] = Counter()
    for total in totals:
        if total.kind in ("sass", "ptx"):
            family = total.kind == "sass" and total.architecture.endswith("f")
            counts[total.architecture.removesuffix("f") if family else total.architecture, total.kind] += total.count
    return counts
