"""Bytes on the wire: of the image, and of each entry."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from layerscope.index.file_index import FileIndex
from layerscope.layers.columns import Integers, frozen
from layerscope.layers.scan import LayerScan
from layerscope.layers.transfer_shares import end_records
from layerscope.oci.image import Image


class Transfer(Struct, frozen=True, eq=False):
    """What a pull fetches.

    `measured_bytes` is None where no layer is stored as a registry would have it, and then `estimated_bytes`, if there
    is one, guesses at gzip. `of_rows` gives each row's share, None where nothing is known of a layer; a blob that is
    listed twice is fetched once.
    """

    measured_bytes: int | None
    estimated_bytes: int | None
    of_rows: Integers | None


def share_wire(image: Image, index: FileIndex, estimates: Mapping[int, Integers | None]) -> Transfer:
    """Add up what is known of each blob; `estimates` are of rows, by the `id()` of their scans."""
    is_measured = any(scan.compression != "none" for scan in index.scans)
    shares: list[Integers] = []
    sizes: dict[str, int] = {}
    for layer, scan in zip(image.layers, index.scans, strict=True):
        rows = _rows(scan, estimates.get(id(scan)), is_measured=is_measured)
        if rows is None:
            return Transfer(_measured_bytes(image, index) if is_measured else None, None, None)
        shares.append(np.zeros(len(scan), np.int64) if layer.blob in sizes else rows)
        sizes.setdefault(layer.blob, int(rows.sum()))
    of_rows = frozen(np.concatenate([*shares, np.empty(0, np.int64)]), np.int64)
    if is_measured:
        return Transfer(_measured_bytes(image, index), None, of_rows)
    return Transfer(None, sum(sizes.values()), of_rows)


def _rows(scan: LayerScan, estimate: Integers | None, *, is_measured: bool) -> Integers | None:
    """The shares of a layer's rows; one that is stored uncompressed beside compressed ones is fetched as it is."""
    if scan.transfer_bytes is not None:
        return _with_rest(scan.transfer_bytes, scan.blob_bytes)
    if is_measured:
        return _with_rest(
            np.diff(end_records(scan.content_starts, scan.sizes, scan.tar_bytes), prepend=0), scan.tar_bytes
        )
    return scan.transfer_estimate_bytes if estimate is None else estimate


def _with_rest(shares: Integers, blob_bytes: int | None) -> Integers:
    """The shares with what ends the tar and its stream given to the last entry, so that they add up to the blob."""
    if not len(shares) or blob_bytes is None:
        return shares
    whole = shares.copy()
    whole[-1] += blob_bytes - int(shares.sum())
    return whole


def _measured_bytes(image: Image, index: FileIndex) -> int:
    sizes = {
        layer.blob: scan.tar_bytes if scan.blob_bytes is None else scan.blob_bytes
        for layer, scan in zip(image.layers, index.scans, strict=True)
    }
    return sum(sizes.values())
