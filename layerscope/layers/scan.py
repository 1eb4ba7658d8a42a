"""A LayerScan: everything that is kept of one layer."""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.layers.columns import ByteStrings
from layerscope.layers.entry import Entry, Kind
from layerscope.oci.digest import Digest

HASH_BYTES = 16


class Fact(Struct, frozen=True):
    """What a probe found in one entry's content: the row, the probe's id and its value."""

    row: int
    probe: str
    value: Any


class LayerScan(Struct, frozen=True, eq=False):
    """The entries of one layer as columns, in the tar's order, and what was noticed on the way.

    `content_starts` says where contents lie in the uncompressed tar. Contents whose `content_marks` differ, and are not
    0, are different. `hashes` holds 16 bytes of BLAKE3 a row, valid where `hashed` is set. `transfer_bytes` is each
    row's share of a compressed blob, headers included, and the tar's end has the rest; None where nothing was
    decompressed. `transfer_estimate_bytes` is what it might be in gzip, for a stream that nothing compressed.
    `blob_digest` and `diff_id` are there where they were computed. `damage` says why the scan ends early;
    None for a whole layer. `blob_warnings` are about the blob and not about the tar in it.
    """

    paths: ByteStrings
    targets: ByteStrings
    kinds: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    modes: NDArray[np.uint16]
    uids: NDArray[np.int64]
    gids: NDArray[np.int64]
    mtimes_ns: NDArray[np.int64]
    xattrs: NDArray[np.uint64]
    content_starts: NDArray[np.int64]
    content_marks: NDArray[np.uint64]
    hashes: NDArray[np.uint8]
    hashed: NDArray[np.bool_]
    transfer_bytes: NDArray[np.int64] | None
    transfer_estimate_bytes: NDArray[np.int64] | None
    sparse_maps: dict[int, bytes]
    facts: tuple[Fact, ...]
    tar_bytes: int
    blob_bytes: int | None
    compression: str
    blob_digest: Digest | None
    diff_id: Digest | None
    damage: str | None
    warnings: tuple[str, ...]
    blob_warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.kinds)

    def entry(self, row: int) -> Entry:
        """One row as a value."""
        return Entry(
            self.paths[row],
            Kind(int(self.kinds[row])),
            int(self.sizes[row]),
            int(self.modes[row]),
            int(self.uids[row]),
            int(self.gids[row]),
            int(self.mtimes_ns[row]),
            self.targets[row],
        )

    @property
    def content_bytes(self) -> int:
        """The bytes of content of all entries."""
        return int(self.sizes.sum())
