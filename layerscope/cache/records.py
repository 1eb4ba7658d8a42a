"""What is kept of a run: layers, how blobs pack them, what parts of files hold, and which contents are equal."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from layerscope.layers.scan import LayerScan
from layerscope.oci.digest import Digest


class KeptBlob(Struct, frozen=True, eq=False):
    """How a blob packs a layer, whose scan is kept apart, once for all blobs of it."""

    diff_id: Digest
    compression: str
    blob_bytes: int | None
    transfer_bytes: NDArray[np.int64] | None
    transfer_estimate_bytes: NDArray[np.int64] | None
    warnings: tuple[str, ...]

    def join(self, layer: LayerScan, promised: Digest | None) -> LayerScan:
        """The scan of this blob, as it was made where this digest was promised."""
        return replace(
            layer,
            transfer_bytes=self.transfer_bytes,
            transfer_estimate_bytes=self.transfer_estimate_bytes,
            blob_bytes=self.blob_bytes,
            compression=self.compression,
            blob_digest=promised,
            blob_warnings=self.warnings,
        )


class KeptPart(Struct, frozen=True, eq=False):
    """What a part of a file holds: a tar with this scan by seeking, or a blob that was read whole and had this digest.

    `promised` is the digest that the blob was read under, None where nobody named one.
    """

    scan: LayerScan | None = None
    blob: Digest | None = None
    promised: Digest | None = None


class KeptContents(Struct, frozen=True, eq=False):
    """What was found out of contents beyond their scans.

    `numbers` is what a comparison answered that was `asked` about these rows (a digest of them), `estimates` the
    transfer bytes of each distinct layer's rows.
    """

    asked: bytes
    numbers: NDArray[np.int64]
    estimates: tuple[NDArray[np.int64] | None, ...]


def blob_digest(scan: LayerScan) -> Digest | None:
    """The digest of the blob that was read; None where it was not computed."""
    # An uncompressed blob is the tar itself.
    return scan.blob_digest or (scan.diff_id if scan.compression == "none" else None)


def split(scan: LayerScan, diff_id: Digest) -> tuple[LayerScan, KeptBlob]:
    """What a scan says of the layer, and of the blob."""
    blob = KeptBlob(
        diff_id,
        scan.compression,
        scan.blob_bytes,
        scan.transfer_bytes,
        scan.transfer_estimate_bytes,
        scan.blob_warnings,
    )
    return KeptBlob(diff_id, "none", None, None, None, ()).join(scan, None), blob
