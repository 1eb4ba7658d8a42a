"""Whether what was read holds together, so that nothing behind it has to ask again."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.base_image.identify import BaseLayers
from layerscope.checks.gate import Gate
from layerscope.codec.arrays import ENTRY_LIMIT
from layerscope.codec.codec import damaged
from layerscope.errors import LimitExceeded
from layerscope.findings.finding import Finding
from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.index.duplicates import DuplicateGroup
from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import ByteStrings, Integers
from layerscope.layers.entry import Kind
from layerscope.layers.names import normalise_all
from layerscope.layers.scan import HASH_BYTES, LayerScan
from layerscope.oci.image import Image
from layerscope.oci.manifest import LAYER_LIMIT

_COLUMNS = (
    "kinds",
    "sizes",
    "modes",
    "uids",
    "gids",
    "mtimes_ns",
    "xattrs",
    "content_starts",
    "content_marks",
    "hashed",
)
_SHARES = ("transfer_bytes", "transfer_estimate_bytes")
_COMPRESSIONS = ("none", "gzip", "zstd")
# What PAX headers hold at most.
_PATH_LIMIT_BYTES = 1 << 20
_TOTAL_LIMIT_BYTES = 1 << 62
_AT_ONCE = 1 << 14


def check_scans(scans: Sequence[LayerScan]) -> None:
    """Raise MalformedImage for scans that no layer gives, and LimitExceeded for more entries than an image has."""
    if len(scans) > LAYER_LIMIT or sum(map(len, scans)) > ENTRY_LIMIT:
        raise LimitExceeded("The saved analysis has more layers or entries than any image.", hint="It may be a bomb.")
    for scan in {id(scan): scan for scan in scans}.values():
        _check_scan(scan)
    if sum(float(scan.sizes.sum(dtype=np.float64)) for scan in scans) > _TOTAL_LIMIT_BYTES:
        raise damaged("its entries are larger than any image")


def check_contents(stack: LayerStack, causes: NDArray[np.uint8], duplicates: Sequence[DuplicateGroup]) -> None:
    """Raise MalformedImage where causes or duplicates are not about these rows."""
    if causes.shape != stack.hidden_by.shape or not np.array_equal(causes == Cause.LIVE, stack.hidden_by == LIVE):
        raise damaged("it says of live bytes why they are hidden, or does not say it of hidden ones")
    if len(causes) and causes.max() > max(Cause):
        raise damaged("bytes are hidden for an unknown reason")
    for group in duplicates:
        if not group.rows or (stack.sizes[list(group.rows)] != group.bytes_each).any():
            raise damaged("duplicates have several sizes")


def check_layers(image: Image, base: BaseLayers, layer_count: int) -> None:
    """Raise MalformedImage where the image has other layers than those that were scanned, or its base has more."""
    if [layer.position for layer in image.layers] != list(range(layer_count)) or not 0 <= base.count <= layer_count:
        raise damaged("its image has other layers")


def check_row_values(values: Mapping[str, Any], row_count: int) -> None:
    """Raise MalformedImage where owners, categories or shares of a pull are not those of these rows."""
    owners, classification, shares = values["owners"], values["classification"], values["transfer"].of_rows
    if len({detector.id for detector in classification.detectors}) < len(classification.detectors):
        raise damaged("it names a category twice")
    _check_numbers(owners.of_rows, row_count, -1, len(owners.packages))
    _check_numbers(classification.of_rows, row_count, 0, len(classification.detectors))
    if shares is not None and shares.shape != (row_count,):
        raise damaged("it has shares of other rows")


def check_findings(findings: Sequence[Finding], sizes: Integers) -> None:
    """Raise MalformedImage where a finding claims more of a file than there is."""
    for finding in findings:
        claimed = finding.claimed_of_rows
        if len(claimed) != len(finding.rows) or any(not 0 <= item < _TOTAL_LIMIT_BYTES for item in claimed):
            raise damaged("a finding claims bytes of other files")
        if finding.claimed_bytes != sum(claimed) or not 0 <= finding.reclaimable_bytes <= finding.claimed_bytes:
            raise damaged("a finding promises other bytes than it claims")
        if (np.array(claimed, dtype=np.int64) > sizes[list(finding.rows)]).any():
            raise damaged("a finding claims more of a file than there is")


def check_gate(gate: Gate) -> None:
    """Raise MalformedImage for a bandwidth at which nothing can be pulled."""
    if gate.bandwidth_bits_per_second <= 0:
        raise damaged("it pulls at no bandwidth")


def _check_scan(scan: LayerScan) -> None:
    count = len(scan)
    shares = [getattr(scan, name) for name in _SHARES if getattr(scan, name) is not None]
    if any(column.shape != (count,) for column in (*(getattr(scan, name) for name in _COLUMNS), *shares)):
        raise damaged("its columns have several lengths")
    if scan.hashes.shape != (count, HASH_BYTES) or scan.compression not in _COMPRESSIONS:
        raise damaged("its layers have other hashes or compressions")
    if count and (scan.kinds.max() > max(Kind) or scan.sizes.min() < 0):
        raise damaged("it has entries of unknown kinds or negative sizes")
    if any(fact.row >= count for fact in scan.facts) or not all(0 <= row < count for row in scan.sparse_maps):
        raise damaged("it knows something of entries that it does not have")
    _check_strings(scan.paths, count)
    _check_strings(scan.targets, count)
    _check_paths(scan.paths)


def _check_strings(strings: ByteStrings, count: int) -> None:
    ends = strings.ends
    if ends.shape != (count,) or (int(ends[-1]) if count else 0) != len(strings.arena):
        raise damaged("its names do not fill the place that they have")
    if count and ((ends[1:] < ends[:-1]).any() or np.diff(ends, prepend=np.uint64(0)).max() > _PATH_LIMIT_BYTES):
        raise damaged("its names end before they begin, or are too long")


def _check_paths(paths: ByteStrings) -> None:
    names = iter(paths)
    while some := list(islice(names, _AT_ONCE)):
        if normalise_all(some) != some:
            raise damaged("it has paths that lead out of the image or are not the shortest")


def _check_numbers(column: NDArray[np.int64], row_count: int, least: int, end: int) -> None:
    if column.shape != (row_count,) or (row_count and not least <= column.min() <= column.max() < end):
        raise damaged("it has owners or categories of other rows")
