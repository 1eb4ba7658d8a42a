"""Build steps of an image's own that compile: they need what a smaller base lacks, wherever the result runs."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.installs import Install, installs
from layerscope.findings.own_steps import own_steps, quote
from layerscope.findings.shell import commands

_TOOLS = re.compile(r"(?:nvcc|cmake|make|ninja|meson|bazel|cargo|(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?)(?:-[\d.]+)?)$")
_SETUP = frozenset({"install", "develop", "build_ext", "build", "bdist_wheel", "bdist_egg"})
# Distributions with CUDA sources and no wheel for them where wheels are looked for.
_WITHOUT_WHEEL = frozenset(
    {
        *(
            "flash-attn",
            "deepspeed",
            "apex",
            "detectron2",
            "causal-conv1d",
            "mamba-ssm",
            "transformer-engine",
            "pycuda",
        ),
        *("tiny-cuda-nn", "tinycudann", "llama-cpp-python", "horovod", "pytorch3d", "torch-scatter", "torch-sparse"),
        *("torch-cluster", "spconv", "gsplat", "nerfacc", "natten", "fast-hadamard-transform", "grouped-gemm"),
    }
)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def compiling_steps(case: Case) -> tuple[str, ...]:
    """Those steps, as evidence."""
    steps = (step for step in own_steps(case) if step.keyword == "RUN")
    return tuple(quote(step) for step in steps if _compiles(step.rest))


def _compiles(text: str) -> bool:
    return any(_is_compiler(words) for words in commands(text)) or any(map(_has_sources, installs(text)))


def _is_compiler(words: tuple[str, ...]) -> bool:
    name = words[0].rpartition("/")[2]
    if name.startswith("python") and any(word.endswith("setup.py") for word in words[1:3]):
        return bool(_SETUP & set(words[2:]))
    return _TOOLS.match(name) is not None


def _has_sources(install: Install) -> bool:
    return install.tool == "pip" and any(name in _WITHOUT_WHEEL for name in _names(install))


def _names(install: Install) -> Iterator[str]:
    for word in install.packages:
        # A source archive or a repository is named by its last part.
        name = _NAME.match(word.rpartition("/")[2] if "://" in word else word)
        if name:
            yield name[0].removesuffix(".git").lower().replace("_", "-")
