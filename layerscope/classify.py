"""Every entry gets one category: the first detector that claims its path, else the first that claims its owner."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Detector
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners
from layerscope.layers.columns import Integers, frozen
from layerscope.patterns import PathMatcher, matches


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """For each row of the index the position of its category in `detectors`."""

    detectors: tuple[Detector, ...]
    of_rows: Integers


def classify(stack: LayerStack, owners: Owners, detectors: tuple[Detector, ...] | None = None) -> Classification:
    """Match all detectors' patterns together, each directory and each path once."""
    detectors = all_detectors() if detectors is None else detectors
    matcher = _Matcher(detectors)
    pairs = matcher.ranks(stack.tree.paths)
    ranks = np.fromiter(pairs, dtype=np.int16, count=2 * len(stack.tree)).reshape(-1, 2)
    packages = np.array(
        [_package_rank(detectors, f"{p.manager}:{p.name}") for p in owners.packages] + [len(detectors) - 1]
    )
    is_owned = owners.of_rows != UNOWNED
    by_path = ranks[stack.nodes, is_owned.astype(np.int64)]
    # What a path says is closer to the entry than what its owner says: a package's manual pages are documentation.
    of_rows = np.where(by_path < len(detectors) - 1, by_path, packages[owners.of_rows])
    return Classification(detectors, frozen(of_rows, np.int64))


def _package_rank(detectors: tuple[Detector, ...], package: str) -> int:
    for rank, detector in enumerate(detectors):
        if matches(detector.packages, package.encode()):
            return rank
    return len(detectors) - 1


class _Matcher:
    """Finds the ranks that a path has by its name alone; the last detector takes what nobody claims."""

    def __init__(self, detectors: tuple[Detector, ...]) -> None:
        self._detectors = detectors
        self._last = len(detectors) - 1
        self._directories = PathMatcher([detector.directories for detector in detectors])
        self._files = PathMatcher([detector.files for detector in detectors])
        self._files_if_owned = PathMatcher([() if item.unless_owned else item.files for item in detectors])
        self._claimed: dict[bytes, int] = {b"": self._last}

    def ranks(self, paths: Iterable[bytes]) -> Iterator[int]:
        """Two ranks for each path, without an owner and with one; paths of one folder had best come together."""
        current, claimed, names = None, self._last, None
        for path in paths:
            folder, _, name = path.rpartition(b"/")
            if folder != current:
                current, claimed = folder, self._directory_rank(folder)
                names = self._files.names_in(folder)
            if names is None or not names.match(name):
                yield claimed
                yield claimed
            else:
                unowned, owned = self._file_ranks(folder, name)
                yield min(claimed, unowned)
                yield min(claimed, owned)

    def _file_ranks(self, folder: bytes, name: bytes) -> tuple[int, int]:
        unowned = self._file_rank(self._files, folder, name)
        if unowned == self._last or not self._detectors[unowned].unless_owned:
            return unowned, unowned
        return unowned, self._file_rank(self._files_if_owned, folder, name)

    def _directory_rank(self, directory: bytes) -> int:
        missing = []
        while directory not in self._claimed:
            missing.append(directory)
            directory = directory.rpartition(b"/")[0]
        rank = self._claimed[directory]
        for below in reversed(missing):
            folder, _, name = below.rpartition(b"/")
            found = self._directories.first(folder, name)
            rank = self._claimed[below] = rank if found is None else min(rank, found)
        return rank

    def _file_rank(self, matcher: PathMatcher, folder: bytes, name: bytes) -> int:
        rank = matcher.first(folder, name)
        if rank is None:
            return self._last
        exceptions = self._detectors[rank].except_files
        if exceptions and matches(exceptions, folder + b"/" + name if folder else name):
            return self._last
        return rank
