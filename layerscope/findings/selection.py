"""Rows that several rules choose in the same way."""

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.index.cause import Cause
from layerscope.index.superseded import SupersededGroup
from layerscope.layers.columns import Integers, Mask, are_among, distinct, union

# Images of a hundred layers have some hundred.
_GROUPS_LIMIT = 1_000
_SEPARATORS = re.compile(r"[-_.]+")
# Categories of the files that every installation rewrites.
_STATE = ("package-database", "os-generated", "apt-lists")
# What compiles CUDA code while it runs, or reads CUDA's headers or libdevice: each fails without the toolkit.
_NEEDS_TOOLKIT = (
    "cupy-cuda11x",
    "cupy-cuda12x",
    "cupy-cuda13x",
    "deep-gemm",
    "deepspeed",
    "flashinfer-python",
    "numba-cuda",
    "sgl-kernel",
    "sglang",
    "transformer-engine",
    "transformer-engine-cu12",
    "transformer-engine-cu13",
    "vllm",
)


def rows_of_category_and_packages(case: Case, *ids: str) -> Integers:
    """The rows of categories, and all other files of the packages by which these categories are recognised.

    A package's manual pages or byte code have categories of their own, and go away with the package.
    """
    patterns = [pattern for item in case.classification.detectors if item.id in ids for pattern in item.packages]
    return union(case.rows_of_categories(*ids), case.rows_of_packages(*patterns))


def superseded_groups(case: Case, *causes: Cause) -> Iterator[SupersededGroup]:
    """The bytes that later layers hide for these reasons, the most first; of very many groups the largest.

    Groups are as many as there are pairs of layers, and a rule may look at all of a layer for each.
    """
    groups = (group for group in case.index.superseded if group.cause in causes)
    return islice(groups, _GROUPS_LIMIT)


def with_all_names(case: Case, rows: Integers) -> Integers:
    """The rows, and all hard links to their contents."""
    contents = distinct(case.index.data_rows[rows])
    contents = contents[contents >= 0]
    return np.sort(np.concatenate([contents, case.hard_links.to(contents)]))


def in_groups(case: Case, rows: Integers, *groups: Group) -> Mask:
    """Which of the rows have a category of these groups."""
    numbers = [number for number, item in enumerate(case.classification.detectors) if item.group in groups]
    return are_among(case.classification.of_rows[rows], np.array(numbers, dtype=np.int64))


def installed_python(case: Case) -> frozenset[str]:
    """The names of Python packages that the final root file system shows, normalised as package indexes do it."""
    numbers = distinct(case.owners.of_rows[case.is_live & case.is_owned]).tolist()
    packages = [case.owners.packages[number] for number in numbers]
    names = {package.name for package in packages if package.manager in ("python", "conda")}
    return frozenset(_SEPARATORS.sub("-", name).lower() for name in names)


def toolkit_users(case: Case) -> tuple[str, ...]:
    """Installed Python packages that need CUDA's compiler or headers while they run."""
    return tuple(sorted(installed_python(case).intersection(_NEEDS_TOOLKIT)))


def compiler_users(case: Case) -> tuple[str, ...]:
    """Installed Python packages that need a C compiler while they run."""
    return (*sorted({"triton", "pytorch-triton"} & installed_python(case)), *toolkit_users(case))


def without_state(case: Case, rows: Integers) -> Integers:
    """The rows that are not files in which a package manager keeps its state; every installation rewrites those."""
    numbers = [number for number, item in enumerate(case.classification.detectors) if item.id in _STATE]
    is_state = are_among(case.classification.of_rows[rows], np.array(numbers, dtype=np.int64)) & (
        case.index.data_rows[rows] >= 0
    )
    return distinct(rows[~is_state])


def by_party(case: Case, rows: Integers) -> Iterator[Integers]:
    """The rows that the base brought and those that the image's own instructions did, each where there are any.

    A claim for each of them has evidence of its own.
    """
    of_base = case.index.layers[rows] < case.base.count
    yield from (part for part in (rows[of_base], rows[~of_base]) if len(part))
