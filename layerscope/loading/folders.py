"""Search paths as folders: what RPATH, RUNPATH, LD_LIBRARY_PATH and the system itself mean in an image."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from layerscope.loading.cache import Abi
from layerscope.loading.paths import RootPaths

Folders = tuple[bytes, ...]

_TOKEN = re.compile(rb"\$(?:(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_])|\{(ORIGIN|LIB|PLATFORM)\})")
_MUSL_ORIGIN = re.compile(rb"\$(?:ORIGIN|\{ORIGIN\})")
_PIECE_LIMIT_BYTES, _TOKENS_LIMIT = 4_096, 16
# Debian's folders by machine and class, https://wiki.debian.org/Multiarch/Tuples.
_MULTIARCH = {
    ("x86_64", True): b"x86_64-linux-gnu",
    ("aarch64", True): b"aarch64-linux-gnu",
    ("i386", False): b"i386-linux-gnu",
    ("arm", False): b"arm-linux-gnueabihf",
    ("ppc64", True): b"powerpc64le-linux-gnu",
    ("s390", True): b"s390x-linux-gnu",
    ("riscv", True): b"riscv64-linux-gnu",
}


class System(NamedTuple):
    """The folders that are searched without anybody's asking, and what `$LIB` stands for, for files of one kind."""

    folders: Folders
    lib: bytes


class FolderLists:
    """Reads search paths: tokens replaced, links followed, variants for processors first, and only what has libraries.

    Relative folders begin at `working_folder`. What was read is kept, since most files ask for the same.
    """

    def __init__(self, root: RootPaths, working_folder: bytes, hwcaps: Folders) -> None:
        self._root = root
        self._working_folder = root.walk(working_folder, b"") or b""
        self._hwcaps = hwcaps
        self._known: dict[tuple[object, ...], Folders] = {}
        self._systems: dict[Abi, System] = {}
        # One object for each folder, however many lists it is in.
        self._shared: dict[bytes, bytes] = {}

    def glibc(self, text: bytes, separators: bytes, origin: bytes, abi: Abi) -> Folders:
        """The folders of a path whose `$ORIGIN` is a folder; an empty one is the working folder."""
        key = (text, separators, origin, abi) if b"$" in text else (text, separators)
        if key not in self._known:
            pieces = (piece or b"." for piece in re.split(b"[%b]" % separators, text))
            self._known[key] = self._read(self.replaced(piece, origin, abi) for piece in pieces)
        return self._known[key]

    def musl(self, text: bytes, origin: bytes) -> Folders:
        """The folders of a path; empty ones count for nothing, and an unknown token spoils it all."""
        key = (text, origin if b"$" in text else b"")
        if key not in self._known:
            pieces = [piece for piece in re.split(b"[:\n]", text) if 0 < len(piece) <= _PIECE_LIMIT_BYTES]
            whole = [_MUSL_ORIGIN.sub(lambda _: b"/" + origin, piece, _TOKENS_LIMIT) for piece in pieces]
            is_spoilt = any(b"$" in _MUSL_ORIGIN.sub(b"", piece) for piece in pieces)
            self._known[key] = () if is_spoilt else self._read(whole)
        return self._known[key]

    def system(self, abi: Abi) -> System:
        """The system's folders: Debian has them for each architecture, others have `lib64`."""
        if abi not in self._systems:
            self._systems[abi] = self._system(abi)
        return self._systems[abi]

    def built_in(self, abis: Iterable[Abi]) -> Folders:
        """What ldconfig reads behind ld.so.conf: Debian's folders for these architectures, or `lib64` beside `lib`."""
        found = [folder for abi in abis if self._is_debian(abi) for folder in self.system(abi).folders]
        return tuple(dict.fromkeys(found)) or (b"lib", b"lib64", b"usr/lib", b"usr/lib64")

    def existing(self, folders: Folders) -> Folders:
        """Those of the folders that have libraries, without links and each once, with their variants."""
        if folders not in self._known:
            self._known[folders] = self._read(b"/" + folder for folder in folders)
        return self._known[folders]

    def replaced(self, piece: bytes, origin: bytes, abi: Abi) -> bytes:
        """A folder or a name with its tokens replaced."""
        if b"$" not in piece or len(piece) > _PIECE_LIMIT_BYTES:
            return piece
        values = {b"ORIGIN": b"/" + origin, b"LIB": self.system(abi).lib, b"PLATFORM": abi[0].encode()}
        return _TOKEN.sub(lambda match: values[match[1] or match[2]], piece, _TOKENS_LIMIT)

    def _system(self, abi: Abi) -> System:
        if self._is_debian(abi):
            triplet = _MULTIARCH[abi]
            return System((b"lib/" + triplet, b"usr/lib/" + triplet, b"lib", b"usr/lib"), b"lib/" + triplet)
        if abi[1] and self._have_libraries(in_lib64 := (b"lib64", b"usr/lib64")):
            return System(in_lib64, b"lib64")
        return System((b"lib", b"usr/lib"), b"lib")

    def _is_debian(self, abi: Abi) -> bool:
        triplet = _MULTIARCH.get(abi)
        return triplet is not None and self._have_libraries((b"lib/" + triplet, b"usr/lib/" + triplet))

    def _have_libraries(self, folders: Collection[bytes]) -> bool:
        return any(self._root.walk(folder, b"") in self._root.names_in for folder in folders)

    def _read(self, pieces: Iterable[bytes]) -> Folders:
        found: dict[bytes, None] = {}
        for piece in pieces:
            folder = self._root.walk(piece, self._working_folder) if len(piece) <= _PIECE_LIMIT_BYTES else None
            if folder is not None:
                found.update(dict.fromkeys(self._with_variants(folder)))
        return tuple(found)

    def _with_variants(self, folder: bytes) -> Iterator[bytes]:
        for name in (*(b"glibc-hwcaps/" + hwcap for hwcap in self._hwcaps), b""):
            place = self._root.walk(name, folder)
            if place is not None and place in self._root.names_in:
                yield self._shared.setdefault(place, place)
