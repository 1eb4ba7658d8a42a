"""The folder of the cache: one file for each record, written beside and renamed, the least recently used pruned."""

import os
import re
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from layerscope.codec.codec import CONTENT_LIMIT_BYTES
from layerscope.errors import SourceUnavailable
from layerscope.units import safe_text

# Whatever else lies in the folder is left alone.
_OURS = re.compile(r"[a-z]+-[0-9a-f]{32}\.[0-9a-f]{16}|\.unfinished-[0-9a-f]{16}")
_UNFINISHED = ".unfinished-"
# Nobody writes one file for so long; it was left by a run that was killed.
_ABANDONED_SECONDS = 3_600


class KeptFile(Struct, frozen=True):
    """One file of the cache."""

    name: str
    size_bytes: int
    used_ns: int


class CacheFolder:
    """An open folder that only its owner can enter; raises SourceUnavailable for another one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise _unusable(path, f"cannot be opened: {error.strerror or error}") from error
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the folder back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, name: str) -> bytes | None:
        """A file's bytes, None where there is none that is ours; it counts as used from now on."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(name, flags, dir_fd=self._descriptor)
        except OSError:
            return None
        try:
            return _read_own(descriptor)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def write(self, name: str, content: bytes) -> None:
        """Write a file as a whole or not at all; raises SourceUnavailable where that fails."""
        unfinished = _UNFINISHED + os.urandom(8).hex()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(unfinished, flags, 0o600, dir_fd=self._descriptor)
            try:
                # Not synchronised: what a crash leaves is found out by its digest.
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                os.rename(unfinished, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
            except BaseException:
                self.remove(unfinished)
                raise
        except OSError as error:
            raise _unusable(self.path, f"cannot be written to: {error.strerror or error}") from error

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        try:
            os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except OSError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Take a file away, if it is still there and can be."""
        with suppress(OSError):
            os.unlink(name, dir_fd=self._descriptor)

    def files(self) -> list[KeptFile]:
        """All files that are the cache's; raises SourceUnavailable."""
        found = []
        try:
            with os.scandir(self._descriptor) as entries:
                for entry in entries:
                    if not _OURS.fullmatch(entry.name):
                        continue
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        # Another run has pruned it.
                        continue
                    if stat.S_ISREG(status.st_mode):
                        found.append(KeptFile(entry.name, status.st_size, status.st_mtime_ns))
        except OSError as error:
            raise _unusable(self.path, f"cannot be listed: {error.strerror or error}") from error
        return found

    def prune(self, limit_bytes: int, is_useless: Callable[[KeptFile], bool] = lambda _: False) -> list[KeptFile]:
        """Remove what is useless, and what was not used for longest until the rest is within the limit.

        Returns what was removed; of what other runs are writing right now nothing is taken away.
        """
        files = self.files()
        total_bytes = sum(file.size_bytes for file in files)
        abandoned_ns = time.time_ns() - _ABANDONED_SECONDS * 1_000_000_000
        removed = []
        for file in sorted(files, key=lambda file: (not is_useless(file), file.used_ns, file.name)):
            if file.name.startswith(_UNFINISHED):
                goes = file.used_ns < abandoned_ns
            else:
                goes = total_bytes > limit_bytes or is_useless(file)
            if goes:
                self.remove(file.name)
                removed.append(file)
                total_bytes -= file.size_bytes
        return removed

    def _check(self) -> None:
        status = os.fstat(self._descriptor)
        if status.st_uid != os.geteuid():
            raise _unusable(self.path, "belongs to another user")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise _unusable(self.path, "is open to other users", hint="Close it with chmod 700, or name another one.")


def _read_own(descriptor: int) -> bytes | None:
    """The bytes of a regular file of this user."""
    status = os.fstat(descriptor)
    is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    if not is_ours or status.st_size > CONTENT_LIMIT_BYTES:
        return None
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        content = file.read()
    # Where nothing can be written the time of use is lost, and nothing else.
    with suppress(OSError):
        os.utime(descriptor)
    return content


def _unusable(path: Path, problem: str, hint: str = "Name another one with LAYERSCOPE_CACHE_DIR.") -> SourceUnavailable:
    return SourceUnavailable(f"The cache {safe_text(str(path))} {problem}.", hint=hint)
