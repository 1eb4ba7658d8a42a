"""Every entry gets one category: the first detector that claims its path, else the first that claims its owner."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Detector
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners
from layerscope.index.tree import PathTree
from layerscope.layers.columns import Integers, Mask, frozen, numbered
from layerscope.name_matcher import NameMatcher
from layerscope.names import Names
from layerscope.patterns import PathMatcher, matches


class Classification(Struct, frozen=True, eq=False):
    """For each row of the index the position of its category in `detectors`."""

    detectors: tuple[Detector, ...]
    of_rows: Integers


def classify(stack: LayerStack, owners: Owners, detectors: tuple[Detector, ...] | None = None) -> Classification:
    """Match all detectors' patterns together, each directory and each path once."""
    detectors = all_detectors() if detectors is None else detectors
    ranks = _Matcher(detectors).ranks(stack.tree)
    packages = np.array(_package_ranks(detectors, owners), dtype=np.int64)
    is_owned = owners.of_rows != UNOWNED
    by_path = ranks[is_owned.astype(np.int64), stack.nodes]
    _claim_by_facts(by_path, stack, is_owned, detectors)
    # What a path says is closer to the entry than what its owner says: a package's manual pages are documentation.
    of_rows = np.where(by_path < len(detectors) - 1, by_path, packages[owners.of_rows])
    return Classification(detectors, frozen(of_rows, np.int64))


def _claim_by_facts(by_path: Integers, stack: LayerStack, is_owned: Mask, detectors: tuple[Detector, ...]) -> None:
    """Give files about which a probe found something out to the detector that asks for such facts."""
    claiming = {probe: (rank, item) for rank, item in reversed(list(enumerate(detectors))) for probe in item.facts}
    for scan, start in zip(stack.scans, stack.bounds.tolist(), strict=False):
        for fact in scan.facts:
            if fact.probe not in claiming or not getattr(fact.value, "claims", True):
                continue
            row = start + fact.row
            rank, detector = claiming[fact.probe]
            is_excepted = detector.except_files and matches(detector.except_files, stack.path(row))
            if not is_excepted and not (detector.unless_owned and is_owned[row]):
                by_path[row] = min(by_path[row], rank)


def _package_ranks(detectors: tuple[Detector, ...], owners: Owners) -> list[int]:
    """The rank of what each package owns, and behind them the rank of what none does."""
    last = len(detectors) - 1
    matcher = NameMatcher((rank, pattern) for rank, item in enumerate(detectors) for pattern in item.packages)
    found = [matcher.first(f"{package.manager}:{package.name}".encode()) for package in owners.packages]
    return [last if rank is None else rank for rank in found] + [last]


# Linux takes no longer path (PATH_MAX); a longer one would only cost time for each folder in it.
_PATH_LIMIT_BYTES = 4_096
_Ranks = tuple[int, int]
"""Ranks of a path without an owner and with one."""


class _Matcher:
    """Finds the ranks that a path has by its name alone; the last detector takes what nobody claims."""

    def __init__(self, detectors: tuple[Detector, ...]) -> None:
        self._detectors = detectors
        self._last = len(detectors) - 1
        self._directories = _matchers(detectors, [item.directories for item in detectors])
        self._files = _matchers(detectors, [item.files for item in detectors])
        self._has_exceptions = np.array([bool(item.except_files) or item.unless_owned for item in detectors], np.bool_)
        self._claimed: dict[bytes, _Ranks] = {b"": (self._last, self._last)}

    def ranks(self, tree: PathTree) -> Integers:
        """The ranks of each node without an owner, and with one, as two rows."""
        ranks = np.empty((2, len(tree)), dtype=np.int64)
        start = 0
        for paths in tree.paths.pieces():
            names = Names(paths)
            end = start + len(paths)
            folders, of_rows = _folders(names, paths, tree, tree.parents[start:end])
            ranks[:, start:end] = self._ranks_in(folders, of_rows, names)
            start = end
        return ranks

    def _ranks_in(self, folders: list[bytes], of_rows: Integers, names: Names) -> Integers:
        """The ranks of names in some folders; `of_rows` says in which one each of them is."""
        by_folder = np.array([self._directory_ranks(folder) for folder in folders], dtype=np.int64).reshape(-1, 2)
        ranks: Integers = by_folder.T[:, of_rows].copy()
        by_matcher: dict[NameMatcher, list[int]] = {}
        for number, folder in enumerate(folders):
            matcher = self._files[0].names_in(folder)
            if matcher is not None:
                by_matcher.setdefault(matcher, []).append(number)
        for matcher, numbers in by_matcher.items():
            is_in = np.zeros(len(folders), dtype=np.bool_)
            is_in[numbers] = True
            rows, found = matcher.firsts(names, np.flatnonzero(is_in[of_rows]))
            lower = np.stack([found, found])
            for position in np.flatnonzero(self._has_exceptions[found]).tolist():
                row = int(rows[position])
                lower[:, position] = self._file_ranks(int(found[position]), folders[of_rows[row]], names[row])
            ranks[:, rows] = np.minimum(ranks[:, rows], lower)
        return ranks

    def _file_ranks(self, found: int, folder: bytes, name: bytes) -> _Ranks:
        rank = self._unless_excepted(found, folder, name)
        is_left = self._detectors[found].unless_owned
        return rank, self._file_rank_if_owned(folder, name) if is_left else rank

    def _directory_ranks(self, directory: bytes) -> _Ranks:
        if len(directory) > _PATH_LIMIT_BYTES:
            return self._claimed[b""]
        missing = []
        while directory not in self._claimed:
            missing.append(directory)
            directory = directory.rpartition(b"/")[0]
        ranks = self._claimed[directory]
        for below in reversed(missing):
            folder, _, name = below.rpartition(b"/")
            found = self._directories[0].first(folder, name)
            if found is not None:
                is_left = self._detectors[found].unless_owned
                found_if_owned = self._directories[1].first(folder, name) if is_left else found
                ranks = (min(ranks[0], found), _lower(ranks[1], found_if_owned))
            self._claimed[below] = ranks
        return ranks

    def _file_rank_if_owned(self, folder: bytes, name: bytes) -> int:
        rank = self._files[1].first(folder, name)
        return self._last if rank is None else self._unless_excepted(rank, folder, name)

    def _unless_excepted(self, rank: int, folder: bytes, name: bytes) -> int:
        exceptions = self._detectors[rank].except_files
        if exceptions and matches(exceptions, folder + b"/" + name if folder else name):
            return self._last
        return rank


def _folders(names: Names, paths: list[bytes], tree: PathTree, parents: Integers) -> tuple[list[bytes], Integers]:
    """The folders of nodes, and for each of these the number of its folder."""
    # Mostly a folder has a node of its own; where it has none, nodes of it are each taken to have another one.
    lengths = np.maximum(names.starts - 1 - names.path_starts, 0)
    above, of_rows = numbered(parents)
    folders = [b""] * int(np.count_nonzero(above < 0)) + tree.paths.at(above[above >= 0])
    other = np.flatnonzero(np.fromiter(map(len, folders), np.int64, len(folders))[of_rows] != lengths)
    of_rows[other] = np.arange(len(folders), len(folders) + len(other))
    return folders + [paths[row].rpartition(b"/")[0] for row in other.tolist()], of_rows


def _matchers(detectors: tuple[Detector, ...], patterns: Sequence[tuple[str, ...]]) -> tuple[PathMatcher, PathMatcher]:
    """Matchers for paths without an owner and with one."""
    of_owned = [() if item.unless_owned else group for item, group in zip(detectors, patterns, strict=True)]
    return PathMatcher(patterns), PathMatcher(of_owned)


def _lower(rank: int, other: int | None) -> int:
    return rank if other is None else min(rank, other)
