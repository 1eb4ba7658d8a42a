"""The cache of libraries by their names, as ldconfig would write it (elf/ldconfig.c, elf/cache.c, elf/dl-cache.c)."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from layerscope.loading.paths import RootPaths, join
from layerscope.probes.elf import ElfFacts

Abi = tuple[str, bool]
"""For which machine a file is, and whether it is of the 64-bit class."""

_TOKEN = re.compile(rb"[0-9]+|[^0-9]", re.DOTALL)
_VersionKey = tuple[tuple[int, int, bytes], ...]


class Cached(NamedTuple):
    """What stands where the cache says that a library is: its row, and its folder."""

    row: int
    folder: bytes


class _Entry(NamedTuple):
    is_file: bool
    version: _VersionKey
    row: int


class LibraryCache:
    """What is found under which name; variants for a processor come before all others, whatever their folders."""

    def __init__(
        self, root: RootPaths, facts: Mapping[int, ElfFacts], folders: Sequence[bytes], hwcaps: Sequence[bytes]
    ) -> None:
        self._found: dict[tuple[bytes, Abi], Cached] = {}
        for hwcap in hwcaps:
            for folder in folders:
                if (place := root.walk(b"glibc-hwcaps/" + hwcap, folder)) is not None:
                    self._add(root, facts, place, is_variant=True)
        for folder in folders:
            self._add(root, facts, folder, is_variant=False)

    def find(self, name: bytes, abi: Abi) -> Cached | None:
        """What the cache has for a name."""
        return self._found.get((name, abi))

    def _add(self, root: RootPaths, facts: Mapping[int, ElfFacts], folder: bytes, *, is_variant: bool) -> None:
        for soname, entry in _by_soname(root, facts, folder).items():
            # ldconfig links the SONAME to the file, but not over another file.
            in_its_place = None if is_variant else root.file_at(join(folder, soname))
            row = entry.row if in_its_place is None else in_its_place
            self._found.setdefault((soname, abi_of(facts[entry.row])), Cached(row, folder))


def abi_of(facts: ElfFacts) -> Abi:
    """What a file must have in common with the program that maps it."""
    return facts.machine, facts.is_64bit


def _by_soname(root: RootPaths, facts: Mapping[int, ElfFacts], folder: bytes) -> dict[bytes, _Entry]:
    """One file for each SONAME in a folder: a file rather than a link, and of these the one with the highest name."""
    chosen: dict[bytes, _Entry] = {}
    for name in root.names_in.get(folder, ()):
        row = root.file_in(folder, name)
        if not name.startswith((b"lib", b"ld-")) or row is None or row not in facts or facts[row].type != "dyn":
            continue
        soname = (facts[row].soname or "").encode("utf-8", "surrogateescape") or name
        is_link = root.is_link(join(folder, name)) and _is_own_name(name, soname)
        entry = _Entry(not is_link, _version_key(name), row)
        key = name if is_link else soname
        if key not in chosen or entry[:2] > chosen[key][:2]:
            chosen[key] = entry
    return chosen


def _is_own_name(link: bytes, soname: bytes) -> bool:
    """Whether a link is called as its library, or as `ld` looks for it; another one counts as a file."""
    return link == soname or (link.endswith(b".so") and soname.startswith(link))


def _version_key(name: bytes) -> _VersionKey:
    """What sorts as ldconfig does: digits as numbers, and higher than anything else."""
    return tuple(
        (1, len(token.lstrip(b"0")), token.lstrip(b"0")) if token.isdigit() else (0, 0, token)
        for token in _TOKEN.findall(name)
    )
