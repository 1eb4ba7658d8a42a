"""NVIDIA's CUDA images: which tags there are, what their Dockerfiles install and set, and what some of them weigh.

The data and their sources are in `cuda_variants.json`.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from layerscope.knowledge.load import load

VARIANTS = ("base", "runtime", "devel", "cudnn-runtime", "cudnn-devel")
_WITHOUT_CUDNN = VARIANTS[:3]
_TAG = re.compile(r"(\d+\.\d+\.\d+)-(?:(cudnn\d*)-)?(base|runtime|devel)-([a-z]+[\d.]*)", re.ASCII)


class VariantTag(Struct, frozen=True):
    """A tag of nvidia/cuda, taken apart."""

    cuda: str
    variant: str
    os: str


class ImageSize(Struct, frozen=True):
    """What one build of a tag weighs: `how` is measured, reported or derived; None where nobody said."""

    tag: str
    architecture: str
    compressed_bytes: int | None
    uncompressed_bytes: int | None
    how: str
    build: str


class VariantRecipe(Struct, frozen=True):
    """What the Dockerfile of one stage adds to the stage below it: packages with versions, and variables."""

    cuda: str
    os: str
    variant: str
    packages: tuple[str, ...]
    env: Mapping[str, str]


class VariableRule(Struct, frozen=True):
    """Which environment variables tell a variant; the names of each group are alternatives, but for the second."""

    is_cuda: frozenset[str]
    is_cuda_where_all: frozenset[str]
    devel: frozenset[str]
    runtime: frozenset[str]
    cudnn: frozenset[str]


def tag_of(cuda: str, os: str, variant: str) -> str | None:
    """The tag of a variant, None where NVIDIA's repository has no such Dockerfile."""
    row = _document()["tags"].get(cuda)
    if row is None or variant not in variants_of(cuda, os):
        return None
    return f"{cuda}-{variant.replace('cudnn', row['cudnn'] or '')}-{os}"


def variants_of(cuda: str, os: str) -> tuple[str, ...]:
    """The variants that there are for a CUDA release and an operating system as tags spell it."""
    row = _document()["tags"].get(cuda, {"with_cudnn": (), "without_cudnn": ()})
    if os in row["with_cudnn"]:
        return VARIANTS
    return _WITHOUT_CUDNN if os in row["without_cudnn"] else ()


def parse_tag(tag: str) -> VariantTag | None:
    """Take a tag apart, also one that the table lacks; None for another form of tag."""
    match = _TAG.fullmatch(tag)
    if match is None or (match[2] and match[3] == "base"):
        return None
    return VariantTag(match[1], f"cudnn-{match[3]}" if match[2] else match[3], match[4])


def newest_cuda() -> str:
    """The newest CUDA release that the table knows."""
    newest: str = max(_document()["tags"], key=lambda version: tuple(map(int, version.split("."))))
    return newest


def cuda_of_cudart(version: str) -> tuple[str, ...]:
    """The CUDA releases whose images have this version of the package cuda-cudart, the oldest first."""
    return tuple(_document()["cudart_versions"].get(version, ()))


@cache
def variable_rule() -> VariableRule:
    """The rule that tells the variant by the environment alone."""
    return VariableRule(**{name: frozenset(names) for name, names in _document()["variable_rule"].items()})


@cache
def image_sizes() -> tuple[ImageSize, ...]:
    """Every size that is known."""
    return tuple(ImageSize(**row) for row in _document()["sizes"])


@cache
def variant_recipes() -> tuple[VariantRecipe, ...]:
    """Every Dockerfile that is known in full."""
    return tuple(VariantRecipe(**{**row, "packages": tuple(row["packages"])}) for row in _document()["dockerfiles"])


def _document() -> Any:
    return load("cuda_variants.json")
