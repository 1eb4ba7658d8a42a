"""Where musl finds a library that a file asks for (ldso/dynlink.c of musl 1.2)."""

import re
from collections.abc import Iterator, Mapping

from layerscope.loading.cache import abi_of
from layerscope.loading.conf import as_path
from layerscope.loading.config import LoaderConfig
from layerscope.loading.folders import FolderLists
from layerscope.loading.paths import RootPaths
from layerscope.loading.search import PER_JOINING_STEP, PER_LOOKUP_STEP, Hit, Mapped, Searcher
from layerscope.probes.elf import ElfFacts

_FOLDERS = ("/lib", "/usr/local/lib", "/usr/lib")
# Whatever is called like this is the dynamic linker itself.
_OWN_NAME = re.compile(rb"lib(?:c|pthread|rt|m|dl|util|xnet)\.")


class MuslSearch:
    """LD_LIBRARY_PATH, then RUNPATH or RPATH of all that led to a file, then a list for the whole system."""

    knows_sonames = False

    def __init__(
        self, root: RootPaths, facts: Mapping[int, ElfFacts], config: LoaderConfig, interpreter: bytes
    ) -> None:
        working_folder = root.walk(as_path(config.working_folder), b"") or b""
        self._facts, self._steps = facts, root.steps
        self._lists = FolderLists(root, working_folder, ())
        self._searcher = Searcher(root, facts, working_folder)
        self._interpreter = interpreter
        self._environment = self._lists.musl(as_path(config.ld_library_path), b"")
        name = interpreter.rpartition(b"/")[2].decode("utf-8", "surrogateescape")
        architecture = name.removeprefix("ld-musl-").removesuffix(".so.1")
        system = config.musl_folders.get(architecture, _FOLDERS)
        self._system = self._lists.musl(b":".join(map(as_path, system)), b"")

    def mapped(self, row: int, folder: bytes, loader: Mapped | None) -> Mapped:
        """A file as a part of a process."""
        facts = self._facts[row]
        inherited = loader.rpaths if loader else ()
        own = facts.rpath if facts.runpath is None else facts.runpath
        if own:
            folders = self._lists.musl(as_path(own), folder)
            inherited = tuple(dict.fromkeys((*folders, *inherited)))
            self._steps.take(1 + len(inherited) // PER_JOINING_STEP)
        return Mapped(row, folder, abi_of(facts), inherited, None, self._environment)

    def find(self, wanter: Mapped, name: bytes) -> Hit | None:
        """The file that a name stands for, when that file asks."""
        if _OWN_NAME.match(name):
            own = self._searcher.at_path(self._interpreter, wanter.abi)
            return own and Hit(own.row, own.folder, "loaded")
        if b"/" in name:
            return self._searcher.at_path(name, wanter.abi)
        self._steps.take(1 + len(wanter.rpaths) // PER_LOOKUP_STEP)
        return self._searcher.first((name, wanter.abi, wanter.rpaths), self._hits(wanter, name))

    def _hits(self, wanter: Mapped, name: bytes) -> Iterator[Hit]:
        search = self._searcher.in_folders
        yield from search(wanter.environment, name, wanter.abi, "ld-library-path")
        is_runpath = self._facts[wanter.row].runpath is not None
        yield from search(wanter.rpaths, name, wanter.abi, "runpath" if is_runpath else "rpath")
        yield from search(self._system, name, wanter.abi, "default")
