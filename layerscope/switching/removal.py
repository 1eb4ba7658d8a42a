"""Which bytes another base would not bring."""

import numpy as np
from msgspec import Struct

from layerscope.base_image.detected import DetectedBase
from layerscope.findings.case import Case
from layerscope.index.cause import Cause
from layerscope.layers.columns import Integers, Mask, distinct, union
from layerscope.switching.package_part import part_of_package
from layerscope.switching.system_packages import SystemPackages
from layerscope.switching.target import NO_CUDA, Target, cuda_chain

# The links of NVIDIA's chain below each variant, itself included.
_LINKS = {
    NO_CUDA: ("os",),
    "base": ("os", "base"),
    "runtime": ("os", "base", "runtime"),
    "devel": ("os", "base", "runtime", "devel"),
    "cudnn-runtime": ("os", "base", "runtime", "cudnn-runtime"),
    "cudnn-devel": ("os", "base", "runtime", "devel", "cudnn-devel"),
}
# Files of CUDA that no package owns, by their category; TensorRT is in none of NVIDIA's variants.
_PARTS_OF_CATEGORIES = {
    "cuda-runtime": "base",
    "cuda-compat": "base",
    "cuda-math": "runtime",
    "nccl": "runtime",
    "cudnn": "cudnn",
    **dict.fromkeys(
        (
            *("cuda-compiler", "cuda-headers", "cuda-static", "cuda-debug", "cuda-docs", "cuda-toolkit", "cupti"),
            *("nsight-compute", "nsight-systems"),
        ),
        "devel",
    ),
}


class Removal(Struct, frozen=True, eq=False):
    """The rows that go, and packages of the old base that the image's own steps would install all the same.

    Without `is_by_layers` packages and paths had to tell which bytes are the base's.
    """

    rows: Integers
    reinstalled: tuple[str, ...]
    is_by_layers: bool


def find_removal(case: Case, packages: SystemPackages, base: DetectedBase, target: Target) -> Removal:
    """What goes with the old base and does not come with the new one."""
    span = _layers(case, base, target)
    if span is None:
        return Removal(_by_packages(case, packages, target), (), False)
    kept, top = span
    in_span = (case.index.layers >= kept) & (case.index.layers < top)
    stays = packages.numbers(lambda name: part_of_package(name) in target.parts)
    again = packages.reinstalled_above(top)
    comes_back = packages.are_of(stays | again)
    rows = np.flatnonzero(in_span & ~comes_back)
    names = {packages.name(number) for number in distinct(case.owners.of_rows[in_span & comes_back]).tolist()}
    reinstalled = tuple(sorted(name for name in names if part_of_package(name) not in target.parts))
    return Removal(union(rows, _copies(case, rows, top)), reinstalled, True)


def _layers(case: Case, base: DetectedBase, target: Target) -> tuple[int, int] | None:
    """The lowest layer that goes, and the one above the last; None where layers do not tell."""
    stages = cuda_chain(base).stages
    if target.own is not None and target.own.layers:
        there = tuple(str(layer.diff_id) for layer in case.image.layers[: len(target.own.layers)])
        return (len(there), len(base.layers)) if there == target.own.layers else None
    if not stages or target.own is not None:
        return None
    kept = 0
    for stage in stages:
        if stage.variant not in _LINKS[target.variant]:
            break
        kept = stage.layers
    return kept, stages[-1].layers


def _by_packages(case: Case, packages: SystemPackages, target: Target) -> Integers:
    """CUDA's packages that the new base lacks, what only they needed, and files of CUDA that no package owns."""
    if target.own is not None and target.own.packages:
        keeps = {item.partition("=")[0] for item in target.own.packages}
        gone = packages.numbers(lambda name: part_of_package(name) is not None and name not in keeps)
    else:
        gone = packages.numbers(lambda name: part_of_package(name) not in (None, *target.parts))
    gone |= packages.orphans_of(gone)
    lost_categories = [name for name, part in _PARTS_OF_CATEGORIES.items() if part not in target.parts]
    unowned: Mask = ~case.is_owned
    of_cuda = case.rows_of_categories(*lost_categories)
    records = np.fromiter(packages.records_of(gone), dtype=np.int64)
    return distinct(np.concatenate([np.flatnonzero(packages.are_of(gone)), of_cuda[unowned[of_cuda]], records]))


def _copies(case: Case, rows: Integers, top: int) -> Integers:
    """Copies that a `chmod -R` or the like above the base made of what goes: there would be nothing to copy."""
    index = case.index
    changed = rows[(index.hidden_by[rows] >= top) & (index.causes[rows] == Cause.METADATA_ONLY)]
    by_place = {(int(index.nodes[row]), int(index.hidden_by[row])) for row in changed.tolist()}
    steps = {layer: case.instruction(layer) for _, layer in by_place}
    candidates = np.flatnonzero(np.isin(index.nodes, index.nodes[changed]) & (index.layers >= top)).tolist()
    found = [
        row
        for row in candidates
        if (int(index.nodes[row]), int(index.layers[row])) in by_place
        and steps[int(index.layers[row])].startswith("RUN")
    ]
    return np.array(found, dtype=np.int64)


def kept_packages(packages: SystemPackages, target: Target) -> tuple[str, ...]:
    """The names of CUDA's packages in this image that the new base has as well."""
    found = packages.numbers(lambda name: part_of_package(name) in target.parts)
    return tuple(sorted({packages.name(number) for number in found}))
