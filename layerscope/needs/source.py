"""Needs that the application's own source, its command and its environment show."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from layerscope.base_image.environment import variables
from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners
from layerscope.loading.host_libraries import is_host_library
from layerscope.needs.installed import Installed
from layerscope.needs.system_need import Certainty, Kind, SystemNeed
from layerscope.needs.system_parts import SystemParts
from layerscope.oci.image import Image
from layerscope.packages.facts import facts_of
from layerscope.probes.python_source import PYTHON_SOURCE, PythonSource
from layerscope.units import safe_text

_CERTAIN, _POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE
_SHOWN = 10
# Parts that a word asks for by itself; the words of torch, triton and numba count with their packages.
_PARTS_OF_WORDS: dict[str, tuple[str, Certainty, str]] = {
    "nvcc": ("nvcc", _POSSIBLE, "The application names nvcc; whether it runs it cannot be told."),
    "CUDA_HOME": ("nvcc", _POSSIBLE, "The application asks where the CUDA toolkit is."),
    "/usr/local/cuda": ("nvcc", _POSSIBLE, "The application names the toolkit's folder."),
    "pycuda": ("nvcc", _CERTAIN, "PyCUDA compiles source with nvcc while it runs."),
    "cupy.RawKernel": ("headers", _POSSIBLE, "Source that NVRTC compiles may include CUDA's headers."),
    "torch.profiler": ("cupti", _POSSIBLE, "torch.profiler measures GPUs with CUPTI."),
}
_TOOLS = re.compile(r"(?<![\w-])(nvcc|ptxas|cuobjdump)(?![\w-])")
_OTHER_TOOLS = re.compile(r"(?<![\w-])(ncu|nsys|nvprof|cuda-gdb|compute-sanitizer|cuda-memcheck)(?![\w-])")
_VARIABLES = {
    "CUDA_HOME": ("nvcc", _POSSIBLE),
    "CUDACXX": ("nvcc", _POSSIBLE),
    "NUMBA_CUDA_USE_NVIDIA_BINDING": ("libnvvm", _POSSIBLE),
    "NUMBAPRO_NVVM": ("libnvvm", _CERTAIN),
    "TRITON_PTXAS_PATH": ("ptxas", _CERTAIN),
    "TRITON_CUPTI_LIB_PATH": ("cupti", _POSSIBLE),
}
_FOLDER = "/usr/local/cuda"
_CUDA_LIBRARY = re.compile(r"lib(?:cu[a-z]|nv[a-zA-Z]|npp|nccl)[\w-]{0,40}\.so(?:\.\d{1,5}){0,3}", re.ASCII)


class Sources(Struct, frozen=True):
    """The application's own Python files that the image shows: those with each word, and with each library's name."""

    count: int
    words: Mapping[str, tuple[int, ...]]
    libraries: Mapping[str, tuple[int, ...]]


def read_sources(stack: LayerStack, owners: Owners, parts: SystemParts) -> Sources:
    """Collect them: live, of no package, and not part of CUDA."""
    words: dict[str, list[int]] = {}
    libraries: dict[str, list[int]] = {}
    count = 0
    for row, value in _own(stack, owners, parts):
        count += 1
        for word in value.words:
            words.setdefault(word, []).append(row)
        for name in value.libraries:
            libraries.setdefault(name, []).append(row)
    frozen = ({key: tuple(rows) for key, rows in sorted(found.items())} for found in (words, libraries))
    return Sources(count, *frozen)


def _own(stack: LayerStack, owners: Owners, parts: SystemParts) -> Iterator[tuple[int, PythonSource]]:
    for layer in range(len(stack.scans)):
        for row, _, value in facts_of(stack, layer, PYTHON_SOURCE):
            if stack.hidden_by[row] == LIVE and owners.of_rows[row] == UNOWNED and not parts.is_cuda[row]:
                yield row, value


def source_needs(
    sources: Sources,
    stack: LayerStack,
    parts: SystemParts,
    installed: Installed,
    libraries: Mapping[str, tuple[int, ...]],
) -> Iterator[SystemNeed]:
    """What the words and the names in the source ask for; `libraries` are those of the system's CUDA by SONAME."""
    for word, rows in sources.words.items():
        what, certainty, why = _PARTS_OF_WORDS.get(word, ("", _POSSIBLE, ""))
        is_met = word == "torch.profiler" and installed.any_of(
            ("nvidia-cuda-cupti-cu12", "nvidia-cuda-cupti", "nvidia-cuda-cupti-cu11")
        )
        if what and not is_met:
            yield SystemNeed(what, Kind.SOURCE, certainty, why, rows, _says(stack, rows, word), parts.of(what))
    for name, rows in sources.libraries.items():
        # A name without a version is a link for compiling, and leads to whatever version there is.
        met_by = _named(name, libraries)
        if met_by and not is_host_library(name):
            why = "The application names a library that the system's CUDA has, and may open it by that name."
            yield SystemNeed(name, Kind.DLOPEN, _CERTAIN, why, rows, _says(stack, rows, name), met_by)
    compiling = installed.any_of(("torch", "triton"))
    if compiling and not sources.count:
        yield from _unseen(compiling, installed, parts)


def environment_needs(
    image: Image, parts: SystemParts, libraries: Mapping[str, tuple[int, ...]]
) -> Iterator[SystemNeed]:
    """What the image's command and environment ask for."""
    config = image.config
    command = " ".join((*config.entrypoint, *config.cmd))
    for tool in sorted(set(_TOOLS.findall(command))):
        yield _of_config(tool, _CERTAIN, f"The image's command runs {tool}", parts.of(tool))
    for tool in sorted(set(_OTHER_TOOLS.findall(command))):
        yield _of_config(tool, _CERTAIN, f"The image's command runs {tool}", ())
    env = variables(config.env)
    for name, (what, certainty) in _VARIABLES.items():
        if env.get(name, "").startswith(_FOLDER):
            yield _of_config(what, certainty, f"{name} is set to a folder of the system's CUDA", parts.of(what))
    if _FOLDER in env.get("XLA_FLAGS", ""):
        yield _of_config("ptxas", _POSSIBLE, "XLA_FLAGS names a folder of the system's CUDA", parts.of("ptxas"))
    for name in sorted(set(_CUDA_LIBRARY.findall(env.get("LD_PRELOAD", "")))):
        if met_by := _named(name, libraries):
            yield _of_config(name, _CERTAIN, f"LD_PRELOAD names {name}", met_by)


def _unseen(name: str, installed: Installed, parts: SystemParts) -> Iterator[SystemNeed]:
    """An image without source of its own: whatever is mounted into it may compile kernels."""
    found = installed.get(name)
    rows = (found[1],) if found else ()
    why = "torch.compile and Triton want a C compiler and Python.h, and no source was seen that does without them."
    for what in ("host-compiler", "python-headers"):
        evidence = (f"{name} is installed", "no Python file of an application was found")
        yield SystemNeed(what, Kind.SOURCE, _POSSIBLE, why, rows, evidence, parts.of(what))


def _of_config(what: str, certainty: Certainty, text: str, met_by: tuple[int, ...]) -> SystemNeed:
    return SystemNeed(what, Kind.ENVIRONMENT, certainty, f"{text}.", (), (text,), met_by)


def _named(name: str, libraries: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    rows = libraries.get(name, ())
    if rows or not name.endswith(".so"):
        return rows
    return tuple(row for soname, rows in libraries.items() if soname.startswith(f"{name}.") for row in rows)


def _says(stack: LayerStack, rows: Sequence[int], word: str) -> tuple[str, ...]:
    shown = tuple(f"/{safe_text(stack.path(stack.name_row(row)))} has {word}" for row in rows[:_SHOWN])
    return (*shown, f"and {len(rows) - _SHOWN} more files") if len(rows) > _SHOWN else shown
