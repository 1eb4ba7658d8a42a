"""What a probe asked to keep of a content that passes by: its head, its tail and a few ranges."""

from layerscope.layers.probe import NotKept, PartProbe

_MORE_BYTES = 32 << 20


class Capture:
    """Takes a content's pieces in order; afterwards it is the ContentView of what was kept."""

    def __init__(self, probe: PartProbe, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._probe = probe
        self._head_bytes = min(probe.head_bytes, size_bytes)
        self._tail_start = max(self._head_bytes, size_bytes - probe.tail_bytes)
        self._parts: list[tuple[int, bytearray]] = [(0, bytearray())]
        self._wanted: list[tuple[int, int]] = []
        self._position = 0
        self._has_head = False
        self.is_wanted = True

    def feed(self, piece: memoryview) -> None:
        """Take the next bytes of the content."""
        start, end = self._position, self._position + len(piece)
        self._position = end
        if not self.is_wanted:
            return
        if not self._has_head:
            self._parts[0][1].extend(piece[: self._head_bytes - start])
            self._check_magic()
            if end < self._head_bytes:
                return
            self._plan()
        for number, (wanted_start, wanted_end) in enumerate(self._wanted, 1):
            if start < wanted_end and wanted_start < end:
                part = piece[max(wanted_start - start, 0) : wanted_end - start]
                self._parts[number][1].extend(part)

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the content's end; raises NotKept."""
        end = min(offset_bytes + size_bytes, self.size_bytes)
        if offset_bytes >= end:
            return b""
        for start, part in self._parts:
            if start <= offset_bytes and end <= start + len(part):
                return bytes(memoryview(part)[offset_bytes - start : end - start])
        raise NotKept("a part of it passed by and was not kept")

    def _check_magic(self) -> None:
        head = self._parts[0][1]
        magics = self._probe.magics
        if magics and not any(head[: len(magic)] == magic[: len(head)] for magic in magics):
            self.is_wanted = False

    def _plan(self) -> None:
        """The head is there: see which ranges behind it are to be kept, none of them twice and not too many bytes."""
        self._has_head = True
        ranges = [(self._tail_start, self.size_bytes)]
        left_bytes = _MORE_BYTES
        for offset, size in self._probe.more(bytes(self._parts[0][1])):
            start, end = max(offset, 0), min(offset + size, self.size_bytes)
            if 0 < end - start <= left_bytes and end > self._head_bytes:
                left_bytes -= end - start
                # What the head has of it comes from the head, so that the range is one piece.
                ranges.append((start, end))
        for start, end in ranges:
            self._wanted.append((start, end))
            self._parts.append((start, self._parts[0][1][start : self._head_bytes]))
        # A piece that holds the end of the head holds the beginning of what follows, too; no byte is taken twice.
        self._wanted = [(max(start, self._head_bytes), end) for start, end in self._wanted]
