"""Each entry's share of a compressed blob, from how far the decompressor had come at some positions of the tar."""

import numpy as np

from layerscope.blob.position_marks import PositionMarks
from layerscope.layers.columns import Integers, frozen
from layerscope.tar.header import BLOCK_BYTES


def share_transfer(marks: PositionMarks, record_ends: Integers, *, tar_bytes: int, used_bytes: int) -> Integers:
    """Bytes of the blob for each record, its headers and padding included; what is left of the blob is no record's.

    `record_ends` are positions in the tar, never falling; `used_bytes` of the blob became `tar_bytes`. Between two
    marks every byte of the tar costs the same.
    """
    unpacked = np.array(marks.unpacked, dtype=np.int64)
    packed = np.array(marks.packed, dtype=np.int64)
    if tar_bytes > unpacked[-1]:
        unpacked, packed = np.append(unpacked, tar_bytes), np.append(packed, used_bytes)
    # Rounded where records end, and not share by share, so that the shares add up.
    positions = np.rint(np.interp(record_ends, unpacked, packed)).astype(np.int64)
    shares: Integers = frozen(np.diff(np.maximum.accumulate(positions), prepend=0), np.int64)
    return shares


def end_records(content_starts: Integers, sizes: Integers, tar_bytes: int) -> Integers:
    """Where each record ends, padding included, and the next begins: extended headers go with what they describe."""
    ends = content_starts + sizes
    ends += -ends % BLOCK_BYTES
    return np.minimum(np.maximum.accumulate(ends), tar_bytes)
