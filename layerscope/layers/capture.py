"""What a probe asked to keep of a content that passes by: its head, its tail and a few ranges."""

from msgspec import Struct, field

from layerscope.layers.probe import NotKept, PartProbe

_MORE_BYTES = 32 << 20


class _Part(Struct):
    """A stretch of a content, and what there is of it so far."""

    start_bytes: int
    end_bytes: int
    content: bytearray = field(default_factory=bytearray)


class Capture:
    """Takes a content's pieces in order; afterwards it is the ContentView of what was kept."""

    def __init__(self, probe: PartProbe, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._probe = probe
        self._head_bytes = min(probe.head_bytes, size_bytes)
        self._magic_bytes = max((len(magic) for magic in probe.magics), default=0)
        # Kept as they come until all are there, and then put together once.
        self._head: list[memoryview] = []
        self._parts: list[_Part] = []
        self._position = 0
        self._has_head = False
        self.is_wanted = True

    def feed(self, piece: memoryview) -> None:
        """Take the next bytes of the content."""
        start = self._position
        self._position += len(piece)
        if not self.is_wanted:
            return
        if not self._has_head:
            self._head.append(piece[: self._head_bytes - start])
            self.is_wanted = start >= self._magic_bytes or self._has_magic()
            if not self.is_wanted or self._position < self._head_bytes:
                return
            self._plan()
        # A piece that holds the end of the head holds the beginning of what follows, too.
        self._take(piece, start)

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the content's end; raises NotKept."""
        end = min(offset_bytes + size_bytes, self.size_bytes)
        if offset_bytes >= end:
            return b""
        for part in self._parts:
            start = part.start_bytes
            if start <= offset_bytes and end <= start + len(part.content):
                return bytes(memoryview(part.content)[offset_bytes - start : end - start])
        raise NotKept("a part of it passed by and was not kept")

    def _take(self, piece: memoryview, start: int) -> None:
        """Give each part what the piece has of it and what it has not had yet."""
        for part in self._parts:
            position = part.start_bytes + len(part.content)
            if start <= position < min(part.end_bytes, start + len(piece)):
                part.content += piece[position - start : part.end_bytes - start]

    def _has_magic(self) -> bool:
        start = b"".join(piece[: self._magic_bytes] for piece in self._head)
        magics = self._probe.magics
        return not magics or any(start[: len(magic)] == magic[: len(start)] for magic in magics)

    def _plan(self) -> None:
        """The head is there: see which ranges behind it are to be kept, none of them twice and not too many bytes."""
        self._has_head = True
        self._parts.append(_Part(0, self._head_bytes, bytearray().join(self._head)))
        self._head.clear()
        ranges = [(max(self.size_bytes - self._probe.tail_bytes, 0), self.size_bytes)]
        left_bytes = _MORE_BYTES
        for offset, size in self._probe.more(bytes(self._parts[0].content)):
            start, end = max(offset, 0), min(offset + size, self.size_bytes)
            # What the head has of it is there already.
            new_bytes = end - max(start, self._head_bytes)
            if 0 < new_bytes <= left_bytes:
                left_bytes -= new_bytes
                ranges.append((start, end))
        for start, end in sorted(ranges):
            last = self._parts[-1]
            if start <= last.end_bytes:
                last.end_bytes = max(last.end_bytes, end)
            else:
                self._parts.append(_Part(start, end))
