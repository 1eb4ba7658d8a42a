"""Which bases could take the place of the one that was found."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from layerscope.base_image.detected import DetectedBase, Family, OwnBase
from layerscope.base_image.nvidia_cuda import cuda_tag
from layerscope.knowledge.cuda_variants import VARIANTS, VariantTag, parse_tag, variants_of
from layerscope.switching.package_part import PARTS_OF_VARIANTS

NO_CUDA = "none"
_OS = re.compile(r"([a-z]+)([\d.]*)")
_SYSTEMS = {
    "ubuntu": "ubuntu:{}",
    "debian": "debian:{}",
    "rockylinux": "rockylinux:{}",
    "oraclelinux": "oraclelinux:{}",
    "amzn": "amazonlinux:{}",
    "ubi": "redhat/ubi{}",
    "fedora": "fedora:{}",
}


class Target(Struct, frozen=True):
    """A base with the parts of CUDA that it has; `reference` is None where no public image is known to be it.

    `own` is what somebody declared, where it is one of theirs.
    """

    variant: str
    parts: frozenset[str]
    reference: str | None
    tag: str | None
    own: OwnBase | None = None


def find_targets(base: DetectedBase, own_bases: Sequence[OwnBase] = ()) -> tuple[Target, ...]:
    """Every base with less of CUDA than the one that was found; none where that has no CUDA."""
    cuda = _cuda_below(base)
    if cuda is None or cuda.variant is None:
        return ()
    has = PARTS_OF_VARIANTS[cuda.variant]
    found = [*_own(base, own_bases, has), *(_nvidia(cuda, has) if base.family is not Family.OWN else ())]
    return (*found, Target(NO_CUDA, frozenset(), system_reference(cuda.os), None))


def cuda_chain(base: DetectedBase) -> DetectedBase:
    """The base whose stages are known: the one itself, else what it was built on."""
    while not base.stages and base.parent is not None:
        base = base.parent
    return base


def system_reference(os: str | None) -> str | None:
    """What FROM names for an operating system as tags of nvidia/cuda spell it."""
    match = _OS.fullmatch(os or "")
    return _SYSTEMS[match[1]].format(match[2]) if match and match[1] in _SYSTEMS and match[2] else None


def _cuda_below(base: DetectedBase) -> DetectedBase | None:
    """The base that has CUDA in the system: for PyTorch's images and for declared ones what they were built on."""
    if base.family in (Family.NVIDIA_CUDA, Family.OWN):
        return base
    return base.parent if base.family is Family.PYTORCH else None


def _nvidia(base: DetectedBase, has: frozenset[str]) -> Iterator[Target]:
    """NVIDIA's variants with less; where they have no image for this system, it may be somebody's copy of the chain."""
    is_public = bool(variants_of(base.cuda or "", base.os or "")) or base.tag is not None
    there = {stage.variant for stage in base.stages}
    for variant in VARIANTS:
        parts = PARTS_OF_VARIANTS[variant]
        tag = cuda_tag(base.cuda, base.os, variant)
        if parts < has and (tag or (not is_public and (not there or variant in there))):
            yield Target(variant, parts, f"nvidia/cuda:{tag}" if tag else None, tag)


def _own(base: DetectedBase, own_bases: Sequence[OwnBase], has: frozenset[str]) -> Iterator[Target]:
    """Declared bases of the same CUDA and system with less in them."""
    for own in own_bases:
        variant = _variant_of(own, own_bases)
        if variant is None or own.name == base.name:
            continue
        parts = PARTS_OF_VARIANTS[variant]
        if parts < has and _is_same_cuda(own, base, own_bases):
            yield Target(variant, parts, own.name, own.name.rpartition(":")[2] or None, own)


def _variant_of(own: OwnBase, own_bases: Sequence[OwnBase]) -> str | None:
    declared = own.variant or next((tag.variant for tag in _tags(own, own_bases)), None)
    return declared if declared in PARTS_OF_VARIANTS else None


def _is_same_cuda(own: OwnBase, base: DetectedBase, own_bases: Sequence[OwnBase]) -> bool:
    """Whether nothing speaks against it: a declaration need not say on which CUDA a base is."""
    return all(tag.cuda == (base.cuda or tag.cuda) and tag.os == (base.os or tag.os) for tag in _tags(own, own_bases))


def _tags(own: OwnBase, own_bases: Sequence[OwnBase]) -> Iterator[VariantTag]:
    """The tags of nvidia/cuda that a declared base and those below it name as their parents."""
    by_name = {item.name: item for item in own_bases}
    for _ in range(len(own_bases)):
        if tag := parse_tag((own.parent or "").partition("@")[0].rpartition(":")[2]):
            yield tag
        if (below := by_name.get(own.parent or "")) is None:
            return
        own = below
