"""What is shown of a scan while it runs."""

from msgspec import Struct

from layerscope.layers.scan import LayerScan
from layerscope.tui.scan_state import BlobState, ScanSnapshot
from layerscope.units import human_bytes, human_seconds, safe_text


class BlobRow(Struct, frozen=True):
    """One blob in a line; `scan` is there once it can be browsed."""

    name: str
    state: str
    read_bytes: int
    total_bytes: int | None
    entries: str
    scan: LayerScan | None


def blob_rows(snapshot: ScanSnapshot) -> list[BlobRow]:
    """The blobs in the order in which they are read."""
    return [
        BlobRow(
            safe_text(blob.name),
            _state(blob),
            blob.read_bytes,
            blob.total_bytes,
            f"{len(blob.scan):,}" if blob.scan else "",
            blob.scan,
        )
        for blob in snapshot.blobs
    ]


def progress_line(snapshot: ScanSnapshot) -> str:
    """Bytes, rate and the time left, as far as they are known."""
    total = f" of {human_bytes(snapshot.total_bytes)}" if snapshot.total_bytes else ""
    parts = [f"{human_bytes(snapshot.read_bytes)}{total}"]
    if snapshot.read_bytes and snapshot.read_bytes != snapshot.total_bytes:
        parts.append(f"{human_bytes(round(snapshot.bytes_per_s))}/s")
        parts += [f"{human_seconds(snapshot.left_s)} left"] if snapshot.left_s else []
    parts.append(f"{human_seconds(snapshot.elapsed_s)} so far")
    return ", ".join(parts)


def _state(blob: BlobState) -> str:
    if blob.scan:
        return "done"
    return "reading" if blob.is_begun else "waiting"
