"""How far a decompressor had come in the compressed bytes when it had handed out so many decompressed ones."""

from array import array

# Keeps the marks of any blob below one percent of its size, however short its members are.
_APART_BYTES = 1 << 11


class PositionMarks:
    """Pairs of positions, both growing: `unpacked` in the decompressed bytes, `packed` in the blob."""

    def __init__(self) -> None:
        self.unpacked = array("q", (0,))
        self.packed = array("q", (0,))

    def note(self, unpacked_bytes: int, packed_bytes: int) -> None:
        """Keep a pair, unless it is too near to the last one or nothing came out since."""
        if packed_bytes - self.packed[-1] >= _APART_BYTES and unpacked_bytes > self.unpacked[-1]:
            self.unpacked.append(unpacked_bytes)
            self.packed.append(packed_bytes)
