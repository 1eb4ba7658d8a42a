"""Python files outside the folders of packages: which words in them tell of compilers and CUDA libraries at run time.

A path pattern cannot leave folders out, and images have tens of thousands of files in `site-packages`: so only files
that lie a few folders deep are asked for, and what lies in packages all the same is dismissed by its path.
"""

import re

from msgspec import Struct

from layerscope.layers.probe import Probe

PYTHON_SOURCE = "python-source"
_LIMIT_BYTES = 1 << 20
_LIBRARIES_LIMIT = 64
# Folders of applications, as in the category `application`, that are looked into one or two folders deeper.
_DEEP_ROOTS = ("app", "code", "home", "opt", "root", "src", "srv", "usr/src", "workspace")
_DEEPER_ROOTS = ("app", "code", "home", "src", "srv", "usr/src", "workspace")
_INSTALLED = re.compile(rb"(?:^|/)(?:(?:site|dist)-packages|node_modules|lib(?:64|32)?/(?:python|pypy)[^/]*)/")
_COMMENT = re.compile(rb"^[ \t]*#.*$", re.MULTILINE)
_GAP = r"[ \t]{0,4}"
_WORDS = {
    "torch.compile": rf"\btorch{_GAP}\.{_GAP}compile\b|\bfrom torch import [^\n]{{0,200}}?\bcompile\b",
    "triton.jit": rf"\btriton{_GAP}\.{_GAP}(?:jit|autotune)\b|\bfrom triton import [^\n]{{0,200}}?\bjit\b",
    "load_inline": r"\bload_inline\b",
    "cpp_extension.load": rf"\bcpp_extension{_GAP}\.{_GAP}load\b|\bcpp_extension import [^\n]{{0,200}}?\bload\b",
    "cpp_extension": r"\bcpp_extension\b|\bCUDAExtension\b",
    "torch.profiler": rf"\btorch{_GAP}\.{_GAP}(?:autograd{_GAP}\.{_GAP})?profiler\b|\bfrom torch import profiler\b",
    "numba.cuda": rf"\bnumba{_GAP}\.{_GAP}cuda\b|\bfrom numba import [^\n]{{0,200}}?\bcuda\b",
    "cupy.RawKernel": r"\bRaw(?:Kernel|Module)\b|\bElementwiseKernel\b|\bReductionKernel\b",
    "pycuda": r"\bpycuda\.compiler\b|\bSourceModule\b",
    "CUDA_HOME": r"\bCUDA_(?:HOME|PATH)\b",
    "nvcc": r"\bnvcc\b",
    "gpu": rf"\btorch{_GAP}\.{_GAP}cuda\b|\.{_GAP}cuda{_GAP}\(|[\"'](?:cuda|gpu)(?::[0-9]{{1,3}})?[\"']|\bdevice_map\b",
    "/usr/local/cuda": r"/usr/local/cuda(?:-[0-9]{1,3}(?:\.[0-9]{1,3})?)?\b",
}
WORDS = tuple(_WORDS)
_CUDA_NAME = r"lib(?:cu[a-z]|nv[a-zA-Z]|npp|nccl)[A-Za-z0-9_-]{0,40}\.so(?:\.[0-9]{1,5}){0,3}"
_EXPRESSION = re.compile(
    "|".join(
        [f"(?P<library>\\b{_CUDA_NAME})", *(f"(?P<w{n}>{text})" for n, text in enumerate(_WORDS.values()))]
    ).encode()
)


class PythonSource(Struct, frozen=True):
    """Which of WORDS a file has outside comments, and the file names of CUDA libraries in it."""

    words: frozenset[str]
    libraries: frozenset[str]


def _read(path: bytes, content: bytes) -> PythonSource | None:
    if _INSTALLED.search(path):
        return None
    words: set[str] = set()
    libraries: set[str] = set()
    for match in _EXPRESSION.finditer(_COMMENT.sub(b"", content)):
        group = match.lastgroup or ""
        if group != "library":
            words.add(WORDS[int(group[1:])])
        elif len(libraries) < _LIBRARIES_LIMIT:
            libraries.add(match[0].decode())
    return PythonSource(frozenset(words), frozenset(libraries))


def _patterns() -> tuple[str, ...]:
    anywhere = [f"{'*/' * depth}*.py" for depth in range(4)]
    deep = [f"{root}/*/*/*/*.py" for root in _DEEP_ROOTS]
    return (*anywhere, *deep, *(f"{root}/*/*/*/*/*.py" for root in _DEEPER_ROOTS))


PROBES = (Probe(PYTHON_SOURCE, _patterns(), _LIMIT_BYTES, _read),)
