"""What an image says of where its libraries are, beside the libraries themselves."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.probes.ld_so_conf import LD_SO_CONF, MUSL_PATH, LdSoConf, MuslPath

# In which a processor of today finds its variants, the best first; of other architectures' there are none in use.
X86_64_HWCAPS = ("x86-64-v4", "x86-64-v3", "x86-64-v2")
_VARIABLE = "LD_LIBRARY_PATH="


class LoaderConfig(Struct, frozen=True):
    """What decides beside the files themselves where libraries are found.

    `ld_library_path` is LD_LIBRARY_PATH, relative paths begin at `working_folder`. `confs` are the files that
    ld.so.conf may be made of, by path; `musl_folders` by musl's names of architectures. `hwcaps` is what the
    processor can do.
    """

    ld_library_path: str = ""
    working_folder: str = "/"
    confs: Mapping[bytes, LdSoConf] = field(default_factory=dict)
    musl_folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hwcaps: tuple[str, ...] = X86_64_HWCAPS


def read_config(stack: LayerStack, env: Sequence[str] = ()) -> LoaderConfig:
    """Collect it from what probes found, and from the environment of an image's configuration."""
    confs: dict[bytes, LdSoConf] = {}
    musl_folders: dict[str, tuple[str, ...]] = {}
    for path, value in _live_facts(stack):
        if isinstance(value, LdSoConf):
            confs[path] = value
        else:
            name = path.rpartition(b"/")[2].decode("utf-8", "surrogateescape")
            musl_folders[name.removeprefix("ld-musl-").removesuffix(".path")] = value.folders
    paths = [item.removeprefix(_VARIABLE) for item in env if item.startswith(_VARIABLE)]
    return LoaderConfig(paths[-1] if paths else "", confs=confs, musl_folders=musl_folders)


def _live_facts(stack: LayerStack) -> Iterator[tuple[bytes, LdSoConf | MuslPath]]:
    for scan, start in zip(stack.scans, stack.bounds.tolist(), strict=False):
        for fact in scan.facts:
            if fact.probe in (LD_SO_CONF, MUSL_PATH) and stack.hidden_by[start + fact.row] == LIVE:
                yield stack.path(stack.name_row(start + fact.row)), fact.value
