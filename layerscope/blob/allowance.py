"""What the layers of an image may unpack to, all together: archives that are made to exhaust their readers end here."""

import threading
from collections.abc import Iterable, Sequence

from layerscope.errors import LimitExceeded
from layerscope.units import human_bytes

RATIO_LIMIT = 1_000
UNPACKED_LIMIT_BYTES = 10**12
EXCESS_LIMIT_BYTES = 10 * 10**9
ENTRY_LIMIT = 5_000_000
# What a header with a name of its own takes of a blob at least, and how many entries may take less: a small blob of
# very many is made to take memory, hundreds of bytes for each.
ENTRY_BYTES = 24
CHEAP_ENTRY_LIMIT = 500_000
HARMLESS_BYTES = 64 << 20
_HINT = "It may be meant to exhaust its readers; where it is right, raise --max-unpacked."


class Allowance:
    """How much may still be unpacked; one for all threads that read an image.

    What lies beyond `ratio` times the compressed bytes that it came from may be `EXCESS_LIMIT_BYTES` at most, unless
    `limit_bytes` is given, which then is the limit for everything. (gzip cannot pass 1032:1, zstd reaches 32,000:1.)
    """

    def __init__(
        self, limit_bytes: int | None = None, ratio: int = RATIO_LIMIT, *, entry_limit: int = ENTRY_LIMIT
    ) -> None:
        self.ratio = ratio
        self._entry_limit = entry_limit
        self._limit_bytes = UNPACKED_LIMIT_BYTES if limit_bytes is None else limit_bytes
        self._excess_limit_bytes = EXCESS_LIMIT_BYTES if limit_bytes is None else limit_bytes
        self._unpacked_bytes = self._excess_bytes = self._entries = self._cheap_entries = 0
        self._lock = threading.Lock()

    def is_suspicious(self, unpacked_bytes: int, packed_bytes: int) -> bool:
        """Whether so much comes of so little that it is worth a warning."""
        return unpacked_bytes > max(self.ratio * packed_bytes, HARMLESS_BYTES)

    def take(self, count_bytes: int, unpacked_bytes: int, packed_bytes: int) -> None:
        """Use up what a blob unpacked now, `unpacked_bytes` of `packed_bytes` by now; raises LimitExceeded."""
        excess_bytes = min(count_bytes, unpacked_bytes - self.ratio * packed_bytes)
        with self._lock:
            self._unpacked_bytes += count_bytes
            self._excess_bytes += max(0, excess_bytes)
            if self._unpacked_bytes > self._limit_bytes:
                limit = human_bytes(self._limit_bytes)
                raise LimitExceeded(f"The image unpacks to over {limit}; the rest is not read.", hint=_HINT)
            if self._excess_bytes > self._excess_limit_bytes:
                times = f"{self.ratio} times its size, {human_bytes(self._excess_bytes)} beyond it"
                raise LimitExceeded(f"The image unpacks to over {times}; the rest is not read.", hint=_HINT)

    def afford(self, entries: Sequence[tuple[int, int]], blobs: Iterable[tuple[int, int]] = ()) -> bool:
        """Use up what is known of layers, as a whole or not at all; returns whether it was within the bounds.

        `entries` are those of each layer with its packed bytes, `blobs` those that unpack, each with its unpacked and
        its packed bytes.
        """
        count, cheap = sum(count for count, _ in entries), sum(_cheap(*layer) for layer in entries)
        sizes = list(blobs)
        unpacked_bytes = sum(unpacked for unpacked, _ in sizes)
        excess_bytes = sum(max(0, unpacked - self.ratio * packed) for unpacked, packed in sizes)
        with self._lock:
            is_within = (
                self._unpacked_bytes + unpacked_bytes <= self._limit_bytes
                and self._excess_bytes + excess_bytes <= self._excess_limit_bytes
                and self._entries + count <= self._entry_limit
                and self._cheap_entries + cheap <= CHEAP_ENTRY_LIMIT
            )
            if is_within:
                self._unpacked_bytes += unpacked_bytes
                self._excess_bytes += excess_bytes
                self._entries += count
                self._cheap_entries += cheap
        return is_within

    def take_entries(self, count: int, cheap: int = 0) -> None:
        """Use up entries, of which so many more than before are cheap, or fewer; raises LimitExceeded."""
        with self._lock:
            self._entries += count
            self._cheap_entries += cheap
            if self._entries > self._entry_limit:
                raise LimitExceeded(
                    f"The image has over {self._entry_limit} entries, files in package databases and parts of long "
                    "names included; the rest is not read."
                )
            if self._cheap_entries > CHEAP_ENTRY_LIMIT:
                raise LimitExceeded(
                    f"The image has over {CHEAP_ENTRY_LIMIT} entries, files in package databases and parts of long "
                    f"names included, that take less than {ENTRY_BYTES} bytes of it each; the rest is not read."
                )


class LayerEntries:
    """The entries of a layer that is being read; those are cheap for which what was read of it by now is too small."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._count = self._cheap = 0

    def take(self, count: int, packed_bytes: int) -> None:
        """Use up so many more, `packed_bytes` into the blob; raises LimitExceeded."""
        self._count += count
        cheap = _cheap(self._count, packed_bytes)
        self._allowance.take_entries(count, cheap - self._cheap)
        self._cheap = cheap


def _cheap(entries: int, packed_bytes: int) -> int:
    return max(0, entries - packed_bytes // ENTRY_BYTES)
