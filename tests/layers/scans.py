"""Layers in memory, scanned by both accesses."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np

from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.layers.probe import Probe, ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.oci.digest import Digest
from tests.indexing import Memory

COLUMNS = ("kinds", "sizes", "modes", "uids", "gids", "mtimes_ns", "xattrs", "content_starts")


def seek(tar: bytes, probes: Sequence[Probe] = ()) -> LayerScan:
    """Scan a tar at rest."""
    return scan_layer(SeekAccess(Memory(tar)), ProbeSet(probes))


def stream(
    blob: bytes, probes: Sequence[Probe] = (), *, digest: Digest | None = None, media_type: str | None = None
) -> LayerScan:
    """Scan a blob that passes by."""
    return scan_layer(StreamAccess(lambda: BytesIO(blob), digest, None, media_type), ProbeSet(probes))


def assert_equal(one: LayerScan, other: LayerScan) -> None:
    """Hold two scans of the same tar against each other, all but what only one access can know."""
    assert list(one.paths) == list(other.paths)
    assert list(one.targets) == list(other.targets)
    for column in COLUMNS:
        assert np.array_equal(getattr(one, column), getattr(other, column)), column
        assert getattr(one, column).dtype == getattr(other, column).dtype, column
    for value in ("sparse_maps", "facts", "tar_bytes", "damage", "warnings"):
        assert getattr(one, value) == getattr(other, value), value


def both(tar: bytes, probes: Sequence[Probe] = ()) -> LayerScan:
    """Return the scan of a tar after checking that both accesses see the same."""
    by_seek, by_stream = seek(tar, probes), stream(tar, probes)
    assert_equal(by_seek, by_stream)
    return by_stream
