"""Needs that are known of packages and that no NEEDED shows."""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct

from layerscope.index.owners import Package
from layerscope.knowledge.runtime_needs import RuntimeNeed, runtime_needs
from layerscope.needs.installed import Installed
from layerscope.needs.system_need import Certainty, Kind, SystemNeed
from layerscope.needs.system_parts import SystemParts
from layerscope.units import safe_text

_CERTAIN, _POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE
_SURE = {"yes": _CERTAIN, "conditional": _POSSIBLE}
_PARTS_OF_COMPILER = {"headers": "headers", "nvvm": "libnvvm", "ptxas": "ptxas"}
# Libraries that packages open by name (their rows of the table say so); what is linked is told by the linker's rules.
_OPENED = {
    "ctranslate2": ("libcublas",),
    "tensorflow": ("libcudart", "libcublas", "libcufft", "libcurand", "libcusolver", "libcusparse", "libnvrtc"),
    "jax-local": ("libcublas", "libcufft", "libcusolver", "libcusparse", "libcupti", "libnvrtc", "libnvJitLink"),
}
# Which of the distributions of `met_by` bring which part; others bring all that is needed.
_BRINGERS = {
    "cudnn": re.compile(r"nvidia-cudnn|torch$"),
    "headers": re.compile(r"nvidia-cuda-runtime|cuda-toolkit$"),
    "libnvvm": re.compile(r"nvidia-cuda-nvcc|nvidia-nvvm"),
    "ptxas": re.compile(r"nvidia-cuda-nvcc"),
    "library": re.compile(r"nvidia-cublas|torch$"),
}
_WHOLE = re.compile(r"(?!nvidia-|cuda-toolkit$|torch$)")
# What has to import the wheels that serve it first.
_ONLY_IF_LOADED_FIRST = frozenset({"onnxruntime-gpu", "ctranslate2", "faiss"})
_JAX_WHEELS = ("nvidia-cublas-cu12", "nvidia-cublas-cu13", "nvidia-cublas")


class _Situation(Struct, frozen=True):
    """What decides whether a row of the table holds."""

    installed: Installed
    words: AbstractSet[str]
    files: frozenset[str]


def known_needs(
    installed: Installed,
    parts: SystemParts,
    words: AbstractSet[str],
    ops: AbstractSet[str],
    libraries: Mapping[str, tuple[int, ...]],
) -> Iterator[SystemNeed]:
    """What the table says of the distributions that are there.

    `words` are those of the application's source; `ops` are distributions that have operators compiled ahead;
    `libraries` are the rows of the system's CUDA libraries by their SONAMEs.
    """
    situation = _Situation(installed, words, frozenset(ops))
    for row in runtime_needs():
        name = installed.any_of(row.distributions)
        found = installed.get(name) if name else None
        if found is None:
            continue
        certainty = _holds(row, found[0], situation)
        if certainty is not None:
            yield from _needs(row, found, certainty, installed, parts=parts, libraries=libraries)


def _needs(
    row: RuntimeNeed,
    found: tuple[Package, int],
    most: Certainty,
    installed: Installed,
    *,
    parts: SystemParts,
    libraries: Mapping[str, tuple[int, ...]],
) -> Iterator[SystemNeed]:
    package, metadata = found
    evidence = [safe_text(f"{package.name} {package.version} is installed")]
    for what, kind, certainty, rows in _wanted(row, parts, libraries):
        bringer = _bringer(row, what, installed)
        if bringer and row.id not in _ONLY_IF_LOADED_FIRST:
            continue
        is_sure = certainty is _CERTAIN and most is _CERTAIN and not bringer
        texts = (*evidence, f"{bringer} has it too, where that is loaded first") if bringer else tuple(evidence)
        yield SystemNeed(what, kind, _CERTAIN if is_sure else _POSSIBLE, row.why, (metadata,), texts, rows)


_Wanted = tuple[str, Kind, Certainty, tuple[int, ...]]


def _wanted(row: RuntimeNeed, parts: SystemParts, libraries: Mapping[str, tuple[int, ...]]) -> Iterator[_Wanted]:
    """The parts that a row names, with the libraries that are opened by name."""
    for what, said in _parts_of(row):
        if said in _SURE:
            yield what, Kind.PACKAGE, _SURE[said], parts.of(what)
    stems = _OPENED.get(row.id, ()) if row.system_cuda in _SURE else ()
    for stem in stems:
        sonames = [name for name in libraries if name.partition(".so")[0] == stem]
        for name in sonames or [f"{stem}.so"]:
            yield safe_text(name), Kind.DLOPEN, _SURE[row.system_cuda], libraries.get(name, ())


def _parts_of(row: RuntimeNeed) -> Iterator[tuple[str, str]]:
    yield "cudnn", row.cudnn
    if row.compiler in _PARTS_OF_COMPILER:
        yield _PARTS_OF_COMPILER[row.compiler], "yes"
    else:
        yield "nvcc", row.compiler
        yield "headers", row.compiler
    if "cuda-cuobjdump" in row.add:
        yield "cuobjdump", row.compiler
    yield "host-compiler", row.host_compiler
    if "g++" in row.add:
        yield "g++", row.host_compiler
    if "python3-dev" in row.add:
        yield "python-headers", row.host_compiler


def _bringer(row: RuntimeNeed, what: str, installed: Installed) -> str | None:
    expression = _BRINGERS.get(what) or (_BRINGERS["library"] if what.startswith("lib") else None)
    for name in row.met_by:
        is_for_it = _WHOLE.match(name) or (expression is not None and expression.match(name))
        if is_for_it and installed.get(name):
            return name
    return None


def _holds(row: RuntimeNeed, package: Package, situation: _Situation) -> Certainty | None:
    """How sure it is that what a row says is so here; None where it is not."""
    if row.id in _CONDITIONS:
        return _CONDITIONS[row.id](package, situation)
    return _POSSIBLE if row.when else _CERTAIN


def _if_words(*words: str, otherwise: Certainty | None = None) -> Callable[[Package, _Situation], Certainty | None]:
    return lambda _, situation: _CERTAIN if situation.words & set(words) else otherwise


def _cpp_extension(_package: Package, situation: _Situation) -> Certainty | None:
    if situation.words & {"load_inline", "cpp_extension.load"}:
        return _CERTAIN
    return _POSSIBLE if "cpp_extension" in situation.words else None


def _numba(package: Package, situation: _Situation) -> Certainty | None:
    if "numba.cuda" in situation.words:
        return _CERTAIN
    return _POSSIBLE if situation.installed.get("numba-cuda") or package.name == "numba-cuda" else None


def _deepspeed(_package: Package, situation: _Situation) -> Certainty:
    return _POSSIBLE if "deepspeed" in situation.files else _CERTAIN


def _vllm(package: Package, _situation: _Situation) -> Certainty | None:
    from packaging.version import InvalidVersion, Version

    try:
        return _CERTAIN if Version(package.version) >= Version("0.12") else None
    except InvalidVersion:
        return _POSSIBLE


def _tensorflow(_package: Package, situation: _Situation) -> Certainty | None:
    return None if situation.installed.any_of(("nvidia-cudnn-cu12", "nvidia-cudnn-cu13")) else _CERTAIN


def _jax_local(_package: Package, situation: _Situation) -> Certainty | None:
    return None if situation.installed.any_of(_JAX_WHEELS) else _CERTAIN


def _never(_package: Package, _situation: _Situation) -> None:
    return None


_CONDITIONS: dict[str, Callable[[Package, _Situation], Certainty | None]] = {
    "torch-wheel": _never,
    "torch-bundled": _never,
    "torch-compile": _if_words("torch.compile"),
    "triton": _if_words("triton.jit"),
    "torch-cpp-extension": _cpp_extension,
    "deepspeed": _deepspeed,
    "vllm": _vllm,
    "numba": _numba,
    "tensorflow": _tensorflow,
    "tensorflow-and-cuda": _never,
    "jax-plugin": _never,
    "jax-local": _jax_local,
    "cuda-nvcc-wheel": _if_words("nvcc"),
}
