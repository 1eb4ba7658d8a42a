"""What the rules of glibc and of musl for finding libraries have in common."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

from layerscope.loading.cache import Abi, abi_of
from layerscope.loading.folders import Folders
from layerscope.loading.paths import RootPaths
from layerscope.probes.elf import ElfFacts

How = Literal["rpath", "runpath", "ld-library-path", "cache", "default", "loaded", "absolute", "host"]
# How many answers are kept; the next ones begin a new memory.
_ANSWERS_LIMIT = 200_000
# Folders that make a step when lists of them are joined, and when an answer is looked up: both are quick.
PER_JOINING_STEP, PER_LOOKUP_STEP = 4, 16


class Mapped(NamedTuple):
    """A file in a process: in which folder its name was found, and the folders that it adds to a search.

    `rpaths` are its own and those of whatever led to it, `environment` is the process's; `runpaths` are None where it
    has no RUNPATH.
    """

    row: int
    folder: bytes
    abi: Abi
    rpaths: Folders
    runpaths: Folders | None
    environment: Folders


class Hit(NamedTuple):
    """A file that was found; without a row it is one that ends the search, and cannot be used."""

    row: int | None
    folder: bytes
    how: How


class Search(Protocol):
    """The rules of one dynamic linker. `knows_sonames` says whether a library that is there answers to its SONAME."""

    knows_sonames: bool

    def mapped(self, row: int, folder: bytes, loader: Mapped | None) -> Mapped:
        """A file as a part of a process, with what led to it."""

    def find(self, wanter: Mapped, name: bytes) -> Hit | None:
        """The file that a name stands for, when that file asks."""


class Searcher:
    """Looks for names in folders, and keeps the answers: most files ask for the same."""

    def __init__(self, root: RootPaths, facts: Mapping[int, ElfFacts], working_folder: bytes) -> None:
        self._root, self._facts, self._working_folder = root, facts, working_folder
        self._answers: dict[tuple[object, ...], Hit | None] = {}

    def first(self, key: tuple[object, ...], hits: Iterator[Hit]) -> Hit | None:
        """The first hit, or what it was when this was asked before."""
        if key not in self._answers:
            if len(self._answers) >= _ANSWERS_LIMIT:
                self._answers.clear()
            self._answers[key] = next(hits, None)
        return self._answers[key]

    def in_folders(self, folders: Folders, name: bytes, abi: Abi, how: How) -> Iterator[Hit]:
        """The files of that name; those for other machines are passed over, and what is no ELF file is the end."""
        self._root.steps.take(len(folders))
        for folder in folders:
            row = self._root.file_in(folder, name)
            if row is not None:
                yield from self.opened(row, folder, abi, how)

    def opened(self, row: int, folder: bytes, abi: Abi, how: How) -> Iterator[Hit]:
        """A file as a hit, if it is one."""
        if row not in self._facts:
            yield Hit(None, folder, how)
        elif abi_of(self._facts[row]) == abi:
            yield Hit(row, folder, how)

    def at_path(self, path: bytes, abi: Abi) -> Hit | None:
        """The file that a name with a slash means."""
        folder = self._root.walk(path.rpartition(b"/")[0] + b"/", self._working_folder)
        end = self._root.walk(path, self._working_folder)
        row = None if end is None else self._root.file_at(end)
        if folder is None or row is None or row not in self._facts or abi_of(self._facts[row]) != abi:
            return None
        return Hit(row, folder, "absolute")
