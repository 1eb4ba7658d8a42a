"""What is kept of an image once its own reports are written: figures, and what tells its layers."""

from msgspec import Struct

from layerscope.analysis import Analysis, LayerTotals
from layerscope.checks.check import Status
from layerscope.oci.digest import Digest
from layerscope.oci.instruction import clean_instruction
from layerscope.totals import sum_by_key


class LayerFigures(Struct, frozen=True):
    """A layer as other images may have it; `blob_digest` is that of its compressed blob, None where there is none.

    `transfer_bytes` is what a pull fetches for it, an estimate where there is no blob.
    """

    diff_id: Digest
    blob_digest: Digest | None
    instruction: str
    content_bytes: int
    transfer_bytes: int | None


class ImageFigures(Struct, frozen=True):
    """An image that was read; `saves_bytes` is what its plan spares of the stored bytes."""

    reference: str
    is_complete: bool
    stored_bytes: int
    live_bytes: int
    transfer_bytes: int | None
    is_transfer_estimate: bool
    saves_bytes: int
    failed_checks: tuple[str, ...]
    layers: tuple[LayerFigures, ...]


class UnreadImage(Struct, frozen=True):
    """An image that could not be read, and why."""

    reference: str
    problem: str


def summarize(reference: str, analysis: Analysis) -> ImageFigures:
    """The figures of an image, under the reference that was asked for."""
    measured_bytes = analysis.transfer.measured_bytes
    return ImageFigures(
        reference,
        analysis.is_complete,
        analysis.index.stored_bytes,
        analysis.index.live_bytes,
        analysis.transfer_bytes,
        measured_bytes is None,
        analysis.plan.saves_bytes,
        tuple(check.id for check in analysis.gate.checks if check.status is Status.FAILED),
        tuple(
            _layer(total, estimate_bytes)
            for total, estimate_bytes in zip(analysis.layer_totals, _estimates(analysis), strict=True)
        ),
    )


def _layer(total: LayerTotals, estimate_bytes: int | None) -> LayerFigures:
    layer, scan = total.layer, total.scan
    return LayerFigures(
        layer.diff_id,
        (scan.blob_digest or layer.digest) if scan.compression != "none" else None,
        clean_instruction(layer.history.created_by or "") if layer.history else "",
        total.content_bytes,
        total.compressed_bytes if scan.compression != "none" else estimate_bytes,
    )


def _estimates(analysis: Analysis) -> list[int | None]:
    """What each layer would weigh on the wire; one that is uncompressed beside compressed ones goes as it is."""
    index, of_rows = analysis.index, analysis.transfer.of_rows
    if analysis.transfer.measured_bytes is not None:
        return [scan.tar_bytes for scan in index.scans]
    if of_rows is None:
        return [None] * len(index.scans)
    return list(sum_by_key(index.layers, of_rows, len(index.scans)))
