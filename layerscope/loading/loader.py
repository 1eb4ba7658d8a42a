"""What a dynamic linker would map for each ELF file of an image, told from the index alone.

The cache of glibc's linker is taken to be as ldconfig would write it, which the runtime for GPUs does at each start.
Not told are what `dlopen` brings, LD_PRELOAD, flags that shut the system's folders out, and the legacy folders for
processors (`tls`, `haswell`) that glibc gave up in 2.37.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy

from layerscope.index.layer_stack import LayerStack
from layerscope.loading.conf import as_path
from layerscope.loading.config import LoaderConfig
from layerscope.loading.glibc import GlibcSearch
from layerscope.loading.load_tree import LoadTree, Process, Resolution, resolution
from layerscope.loading.musl import MuslSearch
from layerscope.loading.paths import RootPaths, join
from layerscope.loading.search import Mapped, Search
from layerscope.probes.elf import ElfFacts

_MUSL = b"ld-musl-"
_DEFAULT_CONFIG = LoaderConfig()


class Loader:
    """Resolves names as the dynamic linkers do, and follows them.

    Rows are those of live contents, `facts` has the ELF files among them. All methods raise ValueError for a row that
    is none of these, and for an image that takes too many steps.
    """

    def __init__(
        self, stack: LayerStack, facts: Mapping[int, ElfFacts], config: LoaderConfig = _DEFAULT_CONFIG
    ) -> None:
        self._facts, self._config = facts, config
        self._begin(RootPaths.of(stack, facts.keys()))

    def _begin(self, root: RootPaths) -> None:
        self._root = root
        self._searches: dict[bytes, Search] = {}
        self._musl = _musl_interpreter(root)

    def without(self, rows: Collection[int]) -> "Loader":
        """The same image with these rows gone, files and symbolic links."""
        other = copy(self)
        other._begin(self._root.without(rows))
        return other

    def resolve(self, row: int, soname: str, chain: Sequence[int] = ()) -> Resolution:
        """What a name stands for when a file asks for it that the files of `chain` led to, the nearest one first."""
        search = self._search(chain[-1] if chain else row)
        wanter = None
        for each in (*reversed(chain), row):
            wanter = self._mapped(search, each, wanter)
        return resolution(wanter and search.find(wanter, as_path(soname)), soname)

    def load(self, row: int, loaded: Iterable[int] = (), program: int | None = None) -> LoadTree:
        """Follow a file to everything that it maps besides what is `loaded` in its process already.

        `program` is what runs in the process, where that is not the file itself: its RPATH counts as well.
        """
        start = row if program is None else program
        search = self._search(start)
        runs = self._mapped(search, start, None)
        first = runs if program is None else self._mapped(search, row, runs)
        process = Process(search, self._facts, first, self._root.steps)
        process.begin(runs)
        process.know_name(start)
        if program is not None:
            process.know(row)
        for each in loaded:
            self._facts_of(each)
            process.know(each)
        return process.follow()

    def _facts_of(self, row: int) -> ElfFacts:
        if row not in self._facts or row not in self._root.path_of:
            raise ValueError(f"row {row} is no ELF file that the image shows")
        return self._facts[row]

    def _mapped(self, search: Search, row: int, loader: Mapped | None) -> Mapped:
        self._facts_of(row)
        return search.mapped(row, self._root.path_of[row].rpartition(b"/")[0], loader)

    def _search(self, row: int) -> Search:
        """The rules that hold in a process that begins with a file; libraries take those of the image's C library."""
        interpreter = as_path(self._facts_of(row).interpreter or "") or self._musl
        key = interpreter if _MUSL in interpreter else b""
        if key not in self._searches:
            arguments = self._root, self._facts, self._config
            self._searches[key] = MuslSearch(*arguments, key) if key else GlibcSearch(*arguments)
        return self._searches[key]


def _musl_interpreter(root: RootPaths) -> bytes:
    """The path of musl's dynamic linker where the image has that and not glibc's, else nothing."""
    folders = [folder for name in (b"lib", b"lib64", b"usr/lib") if (folder := root.walk(name, b"")) is not None]
    names = [(folder, name) for folder in folders for name in root.names_in.get(folder, ())]
    if any(name.startswith(b"ld-linux") for _, name in names):
        return b""
    return next((b"/" + join(folder, name) for folder, name in sorted(names) if name.startswith(_MUSL)), b"")
