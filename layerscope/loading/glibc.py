"""Where glibc finds a library that a file asks for (ld.so(8); elf/dl-load.c of glibc 2.36)."""

from collections.abc import Iterator, Mapping

from layerscope.loading.cache import LibraryCache, abi_of
from layerscope.loading.conf import as_path, conf_folders
from layerscope.loading.config import LoaderConfig
from layerscope.loading.folders import FolderLists, Folders
from layerscope.loading.paths import RootPaths
from layerscope.loading.search import PER_JOINING_STEP, PER_LOOKUP_STEP, Hit, Mapped, Searcher
from layerscope.probes.elf import ElfFacts


class GlibcSearch:
    """RPATH of all that led to a file, LD_LIBRARY_PATH, the file's RUNPATH, the cache, the system's folders."""

    knows_sonames = True

    def __init__(self, root: RootPaths, facts: Mapping[int, ElfFacts], config: LoaderConfig) -> None:
        hwcaps = tuple(map(as_path, config.hwcaps))
        working_folder = root.walk(as_path(config.working_folder), b"") or b""
        self._facts, self._steps = facts, root.steps
        self._library_path = as_path(config.ld_library_path)
        self._lists = FolderLists(root, working_folder, hwcaps)
        self._searcher = Searcher(root, facts, working_folder)
        self._cache = LibraryCache(root, facts, self._folders_of_cache(root, config), hwcaps)

    def mapped(self, row: int, folder: bytes, loader: Mapped | None) -> Mapped:
        """A file as a part of a process; the first one settles what `$ORIGIN` in LD_LIBRARY_PATH means."""
        facts = self._facts[row]
        abi = abi_of(facts)
        inherited = loader.rpaths if loader else ()
        if facts.rpath and facts.runpath is None:
            own = self._lists.glibc(as_path(facts.rpath), b":", folder, abi)
            inherited = tuple(dict.fromkeys((*own, *inherited)))
            self._steps.take(1 + len(inherited) // PER_JOINING_STEP)
        runpaths = None
        if facts.runpath is not None:
            runpaths = self._lists.glibc(as_path(facts.runpath), b":", folder, abi) if facts.runpath else ()
        if loader:
            environment = loader.environment
        else:
            environment = self._lists.glibc(self._library_path, b":;", folder, abi) if self._library_path else ()
        return Mapped(row, folder, abi, inherited, runpaths, environment)

    def find(self, wanter: Mapped, name: bytes) -> Hit | None:
        """The file that a name stands for, when that file asks."""
        if b"$" in name:
            name = self._lists.replaced(name, wanter.folder, wanter.abi)
        if b"/" in name:
            return self._searcher.at_path(name, wanter.abi)
        rpaths = wanter.rpaths if wanter.runpaths is None else ()
        self._steps.take(1 + len(rpaths) // PER_LOOKUP_STEP)
        key = (name, wanter.abi, rpaths, wanter.runpaths, wanter.environment)
        return self._searcher.first(key, self._hits(wanter, name, rpaths))

    def _hits(self, wanter: Mapped, name: bytes, rpaths: Folders) -> Iterator[Hit]:
        search, abi = self._searcher.in_folders, wanter.abi
        yield from search(rpaths, name, abi, "rpath")
        yield from search(wanter.environment, name, abi, "ld-library-path")
        yield from search(wanter.runpaths or (), name, abi, "runpath")
        if cached := self._cache.find(name, abi):
            yield from self._searcher.opened(cached.row, cached.folder, abi, "cache")
        yield from search(self._lists.existing(self._lists.system(abi).folders), name, abi, "default")

    def _folders_of_cache(self, root: RootPaths, config: LoaderConfig) -> Folders:
        abis = sorted({abi_of(facts) for facts in self._facts.values()})
        walked = (root.walk(folder, b"") for folder in self._lists.built_in(abis))
        folders = (*conf_folders(config.confs, root), *(folder for folder in walked if folder is not None))
        return tuple(dict.fromkeys(folders))
