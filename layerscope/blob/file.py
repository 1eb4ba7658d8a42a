"""Files on disk as blobs: slices read at any offset, and noticed when they change underneath."""

import os
import stat
import time
from pathlib import Path
from typing import Self

from msgspec import Struct

from layerscope.errors import SourceUnavailable
from layerscope.units import safe_text

# A file's times advance in steps: of a tick of the kernel's clock as a rule, of up to 2 s where they have no fractions.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000
_SECOND_NS = 1_000_000_000


class FileIdentity(Struct, frozen=True, eq=False):
    """What tells that a file is still the same one.

    `ctime_ns` changes with its names and permissions as well, which do not matter while it is open; `seen_ns` is when
    somebody looked.
    """

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    seen_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """The identity of a file whose state was asked for just now."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, time.time_ns())

    def is_same(self, other: "FileIdentity") -> bool:
        """Whether it is the same file and nobody wrote to it in between."""
        return all(
            getattr(self, name) == getattr(other, name) for name in ("device", "inode", "size_bytes", "mtime_ns")
        )

    def part(self, offset_bytes: int, part_bytes: int) -> "FilePart | None":
        """What a part is known by; None where the file was written so lately that more of it might go unnoticed."""
        latest_ns = max(self.mtime_ns, self.ctime_ns)
        tick_ns = _TICK_NS if latest_ns % _SECOND_NS else _COARSE_TICK_NS
        if latest_ns + tick_ns >= self.seen_ns:
            return None
        return FilePart(
            self.device, self.inode, self.size_bytes, self.mtime_ns, self.ctime_ns, offset_bytes, part_bytes
        )


class FilePart(Struct, frozen=True):
    """A part of a file; while all of this is the same, so are its bytes."""

    device: int
    inode: int
    file_size_bytes: int
    mtime_ns: int
    ctime_ns: int
    offset_bytes: int
    size_bytes: int


class OpenFile:
    """A regular file, open for reading; raises SourceUnavailable when it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise unavailable(path, error) from error
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            self.close()
            raise SourceUnavailable(f"{safe_text(str(path))} is not a regular file.", hint="Expected an archive.")
        self.identity = self._identify()

    @property
    def descriptor(self) -> int:
        """Its number in this process."""
        return self._descriptor

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def close_unchanged(self) -> None:
        """Give the descriptor back; raises SourceUnavailable if the file was written to since it was opened."""
        try:
            self.check_unchanged()
        finally:
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer at the end of the file."""
        try:
            return os.pread(self._descriptor, size_bytes, offset_bytes)
        except OSError as error:
            raise unavailable(self.path, error) from error

    def read_into(self, offset_bytes: int, buffer: memoryview) -> int:
        """Read into the buffer from the offset; returns how many bytes that were, 0 at the end of the file."""
        try:
            return os.preadv(self._descriptor, [buffer], offset_bytes)
        except OSError as error:
            raise unavailable(self.path, error) from error

    def check_unchanged(self) -> None:
        """Raise SourceUnavailable if the file was written to since it was opened."""
        if not self._identify().is_same(self.identity):
            raise SourceUnavailable(
                f"{safe_text(str(self.path))} changed while it was read.", hint="Wait until it is written, then retry."
            )

    def _identify(self) -> FileIdentity:
        return FileIdentity.of(os.fstat(self._descriptor))


class FileSlice:
    """A part of an open file, as a RandomReader."""

    def __init__(self, file: OpenFile, offset_bytes: int = 0, size_bytes: int | None = None) -> None:
        self._file = file
        self._offset_bytes = offset_bytes
        self.size_bytes = file.identity.size_bytes - offset_bytes if size_bytes is None else size_bytes

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset of this part, fewer at its end; raises SourceUnavailable if it shrank."""
        wanted = max(0, min(size_bytes, self.size_bytes - offset_bytes))
        content = self._file.read_at(self._offset_bytes + offset_bytes, wanted)
        while len(content) < wanted:
            more = self._file.read_at(self._offset_bytes + offset_bytes + len(content), wanted - len(content))
            if not more:
                self._file.check_unchanged()
                break
            content += more
        return content

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset of this part; raises SourceUnavailable if there are not so many bytes."""
        filled = 0
        while filled < len(buffer) and offset_bytes + len(buffer) <= self.size_bytes:
            count = self._file.read_into(self._offset_bytes + offset_bytes + filled, buffer[filled:])
            if not count:
                break
            filled += count
        if filled < len(buffer):
            raise SourceUnavailable("A layer became shorter while it was read.", hint="Wait until it is written.")

    def stretch_at(self, offset_bytes: int) -> tuple[int, int]:
        """The file's descriptor, and where in the file an offset of this part is."""
        return self._file.descriptor, self._offset_bytes + offset_bytes

    def identify(self) -> FilePart | None:
        """What this part is known by, as long as the file stays as it is; None where that is not certain."""
        return self._file.identity.part(self._offset_bytes, self.size_bytes)

    def part(self, offset_bytes: int, size_bytes: int) -> "FileSlice":
        """A part of this part."""
        return FileSlice(self._file, self._offset_bytes + offset_bytes, size_bytes)

    def reader(self) -> "SliceReader":
        """The same bytes once, in order."""
        return SliceReader(self)


class SliceReader:
    """A slice as a SequentialReader."""

    def __init__(self, part: FileSlice) -> None:
        self._part = part
        self._position = 0

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        content = self._part.read_at(self._position, size_bytes)
        self._position += len(content)
        return content


def unavailable(path: Path, error: OSError) -> SourceUnavailable:
    """An operating system's error as one of ours, with what to try."""
    hint = {
        "FileNotFoundError": "Check the path.",
        "PermissionError": "Check its permissions, or run as a user who may read it.",
        "IsADirectoryError": "Expected a file.",
    }.get(type(error).__name__, "")
    return SourceUnavailable(f"{safe_text(str(path))} cannot be read: {error.strerror or error}.", hint=hint)
