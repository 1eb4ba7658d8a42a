"""Files of layers' folders, opened by names out of an image.

A name is hostile: it may be a link out of the folder, a pipe that never answers or a device. So each folder on the
way is opened in its parent, links are never followed, and only regular files are opened at all.
"""

import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from layerscope.errors import StoreUnusable
from layerscope.sources.store.tar_split import LazySplit
from layerscope.units import safe_text

_DEPTH_LIMIT = 200
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_OPEN_AT_MOST = 128

_Key = tuple[int, int | bytes]
"""A layer, and in it the number of a content or the path of a folder."""


class Descriptor:
    """An open file or folder; it is closed when nobody has it any more."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)


class DescriptorPool:
    """Keeps what was used last open, since neighbours in a tar are neighbours in a folder."""

    def __init__(self) -> None:
        self._open: OrderedDict[_Key, Descriptor] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: _Key, open_it: Callable[[], int]) -> Descriptor:
        """What is open under that key, or opened now."""
        with self._lock:
            found = self._open.get(key)
            if found is None:
                found = self._open[key] = Descriptor(open_it())
                if len(self._open) > _OPEN_AT_MOST:
                    self._open.popitem(last=False)
            else:
                self._open.move_to_end(key)
            return found

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._open.clear()


class LayerFolder:
    """The contents of one layer, as SplitReader wants them."""

    def __init__(self, path: Path, split: LazySplit, pool: DescriptorPool) -> None:
        self._path = path
        self._split = split
        self._pool = pool

    def read_into(self, number: int, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset of a content; raises StoreUnusable if the file is not what was unpacked."""
        split = self._split.get()
        name, size_bytes = split.name(number), split.content_bytes(number)
        try:
            file = self._pool.get((id(self), number), lambda: self._open(name, size_bytes))
            filled = 0
            while filled < len(buffer):
                count = os.preadv(file.number, [buffer[filled:]], offset_bytes + filled)
                if not count:
                    raise StoreUnusable(f"{self._describe(name)} became shorter while it was read.")
                filled += count
        except OSError as error:
            raise StoreUnusable(f"{self._describe(name)} cannot be read: {error.strerror}.") from error

    def _open(self, name: bytes, size_bytes: int) -> int:
        parts = [part for part in name.split(b"/") if part not in {b"", b"."}]
        if not parts or b".." in parts or b"\0" in name or len(parts) > _DEPTH_LIMIT:
            raise StoreUnusable(f"{self._describe(name)} is a name that no folder holds.")
        # Held until the file is open: the pool may let go of it meanwhile.
        parent = self._folder(parts[:-1])
        status = os.stat(parts[-1], dir_fd=parent.number, follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or status.st_size != size_bytes:
            raise StoreUnusable(f"{self._describe(name)} is not the file that the engine unpacked.")
        return os.open(parts[-1], _FILE, dir_fd=parent.number)

    def _folder(self, parts: list[bytes]) -> Descriptor:
        def open_it() -> int:
            if not parts:
                return os.open(self._path, _FOLDER)
            parent = self._folder(parts[:-1])
            return os.open(parts[-1], _FOLDER, dir_fd=parent.number)

        return self._pool.get((id(self), b"/".join(parts)), open_it)

    def _describe(self, name: bytes) -> str:
        return f"The file {safe_text(name[:200])} of a layer in the store"
