"""The distributions of Python that an image has in the end, and which of its files are CUDA's wheels."""

import re
from collections.abc import Iterable

import numpy as np

from layerscope.classify import Classification
from layerscope.detectors.detector import Group
from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners, Package
from layerscope.packages.python import python_distributions

_SEPARATORS = re.compile(r"[-_.]+")


class Installed:
    """Distributions by their normalised names (PEP 503), and what is known of rows."""

    def __init__(self, stack: LayerStack, owners: Owners, classification: Classification) -> None:
        self._owners, self._of_rows = owners, classification.of_rows
        self._groups = [item.group for item in classification.detectors]
        self._found: dict[str, tuple[Package, int]] = {}
        rows = np.flatnonzero((stack.hidden_by == LIVE) & (owners.of_rows != UNOWNED))
        numbers, firsts = np.unique(owners.of_rows[rows], return_index=True)
        for number, row in zip(numbers.tolist(), rows[firsts].tolist(), strict=True):
            if owners.packages[number].manager == "python":
                self._add(owners.packages[number], row)
        for item in python_distributions(stack):
            self._add(item.package, item.row)

    def _add(self, package: Package, row: int) -> None:
        self._found[normal_name(package.name)] = (package, row)

    def get(self, name: str) -> tuple[Package, int] | None:
        """A distribution, and a row of it to show: its metadata's where there is any."""
        return self._found.get(name)

    def any_of(self, names: Iterable[str]) -> str | None:
        """The first of the names that is installed."""
        return next((name for name in names if name in self._found), None)

    def package_of(self, row: int) -> Package | None:
        """The owner of a row, its name normalised where it is a distribution of Python."""
        number = int(self._owners.of_rows[row])
        if number == UNOWNED:
            return None
        package = self._owners.packages[number]
        if package.manager != "python":
            return package
        return Package(package.manager, normal_name(package.name), package.version)

    def is_cuda_wheel(self, row: int) -> bool:
        """Whether a file is of CUDA as wheels bring it."""
        return self._groups[self._of_rows[row]] is Group.CUDA_WHEELS


def normal_name(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return _SEPARATORS.sub("-", name).lower()
