"""The packages of dpkg and rpm in an image, by the numbers that rows' owners have."""

import re
from collections.abc import Callable, Collection, Iterator

import numpy as np

from layerscope.dependencies import needed_by
from layerscope.findings.case import Case
from layerscope.findings.installs import installs
from layerscope.index.owners import UNOWNED
from layerscope.layers.columns import Mask
from layerscope.oci.build_step import build_steps
from layerscope.packages.dpkg import auto_installed, installed_packages

_MANAGERS = ("dpkg", "rpm")
_RECORD = re.compile(rb"var/lib/dpkg/info/([^/:]+)(?::[a-z0-9]+)?\.[a-z0-9]+")
_ROOT = b"var/lib/dpkg/info/"


class SystemPackages:
    """Which packages there are, who needs which, and whose files rows are."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._names = {
            number: package.name for number, package in enumerate(case.owners.packages) if package.manager in _MANAGERS
        }
        self._installed = installed_packages(case.index)
        self._reinstalled: dict[int, frozenset[int]] = {}

    @property
    def are_of_rpm(self) -> bool:
        """Whether rpm and not dpkg keeps the system's packages."""
        managers = {self._case.owners.packages[number].manager for number in self._names}
        return "rpm" in managers and "dpkg" not in managers

    def name(self, number: int) -> str:
        """The name of a package."""
        return self._names[number]

    def number_of(self, row: int) -> int | None:
        """The system package that owns a row."""
        number = int(self._case.owners.of_rows[row])
        return number if number in self._names else None

    def numbers(self, is_chosen: Callable[[str], bool]) -> frozenset[int]:
        """The packages whose name is chosen."""
        return frozenset(number for number, name in self._names.items() if is_chosen(name))

    def named(self, names: Collection[str]) -> frozenset[int]:
        """The packages with these names."""
        return self.numbers(lambda name: name in names)

    def are_of(self, numbers: Collection[int]) -> Mask:
        """Which rows are owned by these packages."""
        mask = np.zeros(len(self._case.owners.packages) + 1, dtype=np.bool_)
        mask[list(numbers)] = True
        mask[UNOWNED] = False
        chosen: Mask = mask[self._case.owners.of_rows]
        return chosen

    def with_dependencies(self, names: Collection[str]) -> frozenset[int]:
        """The packages of these names with all that they need."""
        return self.named(needed_by(names, self._installed) | frozenset(names))

    def reinstalled_above(self, top: int) -> frozenset[int]:
        """What the steps above the lowest `top` layers would install if the layers below lacked it."""
        if top not in self._reinstalled:
            self._reinstalled[top] = self._installed_above(top)
        return self._reinstalled[top]

    def _installed_above(self, top: int) -> frozenset[int]:
        named, with_recommends = _asked_above(self._case, top)
        first = np.full(len(self._case.owners.packages) + 1, np.iinfo(np.int64).max)
        np.minimum.at(first, self._case.owners.of_rows, self._case.index.layers)
        brought = {name for number, name in self._names.items() if top <= first[number] < np.iinfo(np.int64).max}
        wanted = needed_by(named | brought, self._installed, with_recommends=with_recommends)
        return self.named(wanted | named)

    def orphans_of(self, numbers: Collection[int]) -> frozenset[int]:
        """The packages that apt installed by itself and that only these ones need."""
        automatic = {state.name for state in auto_installed(self._case.index) or ()}
        gone = {self._names[number] for number in numbers}
        asked = {package.name for package in self._installed} - automatic
        needed = needed_by(asked, self._installed)
        left = needed_by(asked - gone, self._installed)
        return self.named(needed - left - gone)

    def records_of(self, numbers: Collection[int]) -> Iterator[int]:
        """The rows of dpkg's own records of these packages."""
        gone = {self._names[number].encode("utf-8", "surrogateescape") for number in numbers}
        rows = self._case.rows_by_path(lambda path: path.startswith(_ROOT), _ROOT)
        for row, path in zip(rows.tolist(), self._case.paths(rows), strict=True):
            if (match := _RECORD.fullmatch(path)) and match[1] in gone:
                yield row


def _asked_above(case: Case, top: int) -> tuple[frozenset[str], bool]:
    """The names that install commands above some layers ask for, and whether one of them takes recommendations too."""
    named: set[str] = set()
    takes_recommends = False
    for step in build_steps(case.image):
        if step.keyword == "RUN" and step.layer is not None and step.layer >= top:
            for install in installs(step.rest):
                if install.tool in ("apt", "dnf"):
                    named |= {name.partition("=")[0].partition(":")[0] for name in install.packages}
                    takes_recommends |= install.tool == "apt" and not install.has("--no-install-recommends")
    return frozenset(named), takes_recommends
