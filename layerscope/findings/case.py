"""Everything that a rule may look at: the image, its entries, their owners and categories, and what probes found."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from msgspec import Struct, field

from layerscope.base_image.identify import BaseLayers
from layerscope.classify import Classification
from layerscope.findings.hard_links import HardLinks, sort_links
from layerscope.findings.row_groups import RowGroups
from layerscope.index.apply import LIVE
from layerscope.index.file_index import FileIndex
from layerscope.index.owners import UNOWNED, Owners
from layerscope.layers.columns import Integers, Mask
from layerscope.layers.entry import Kind
from layerscope.layers.names import follow
from layerscope.name_matcher import NameMatcher
from layerscope.needs.find import SystemNeeds
from layerscope.oci.image import Image
from layerscope.oci.instruction import clean_instruction


class Case(Struct, frozen=True, eq=False):
    """One image as rules see it; `base` says which layers are the base image's, `system` what it needs of CUDA."""

    image: Image
    index: FileIndex
    owners: Owners
    classification: Classification
    base: BaseLayers
    system: SystemNeeds
    _tree: list[tuple[Integers, dict[bytes, bytes]]] = field(default_factory=list)
    _groups: dict[str, RowGroups] = field(default_factory=dict)
    _links: list[HardLinks] = field(default_factory=list)

    def facts(self, probe: str) -> Iterator[tuple[int, Any]]:
        """The rows about which a probe found something out, and what."""
        for scan, start in zip(self.index.scans, self.index.bounds.tolist(), strict=False):
            for fact in scan.facts:
                if fact.probe == probe:
                    yield start + fact.row, fact.value

    def rows_of_categories(self, *ids: str) -> Integers:
        """The rows that hold or name contents in these categories."""
        numbers = [number for number, item in enumerate(self.classification.detectors) if item.id in ids]
        return self._group("category", self.classification.of_rows).having(numbers)

    def rows_of_packages(self, *patterns: str) -> Integers:
        """The rows of the packages whose `manager:name` matches a pattern."""
        matcher = NameMatcher((0, pattern) for pattern in patterns)
        numbers = [
            number
            for number, package in enumerate(self.owners.packages)
            if matcher.first(f"{package.manager}:{package.name}".encode("utf-8", "replace")) is not None
        ]
        return self._group("package", self.owners.of_rows).having(numbers)

    def paths(self, rows: Integers) -> list[bytes]:
        """The paths of many rows, without a leading slash."""
        return self.index.tree.paths.at(self.index.nodes[rows])

    def rows_where(self, rows: Integers, is_chosen: Callable[[bytes], bool]) -> Integers:
        """Those of the rows whose path is chosen."""
        chosen = np.fromiter(map(is_chosen, self.paths(rows)), dtype=np.bool_, count=len(rows))
        return rows[chosen]

    def rows_by_path(self, is_chosen: Callable[[bytes], bool], *texts: bytes) -> Integers:
        """All rows whose path is chosen; only those are asked for that have one of the texts in them."""
        rows = self.index.rows_having(*texts)
        return self.rows_where(rows[self.has_content[rows]], is_chosen)

    @property
    def hard_links(self) -> HardLinks:
        """All hard links, sorted once; rules ask for each of many groups."""
        if not self._links:
            self._links.append(sort_links(self.index.data_rows))
        return self._links[0]

    @property
    def has_content(self) -> Mask:
        """Which rows hold or name a content."""
        mask: Mask = self.index.data_rows >= 0
        return mask

    @property
    def is_live(self) -> Mask:
        """Which rows' contents the final root file system shows."""
        mask: Mask = self.index.hidden_by == LIVE
        return mask

    @property
    def is_owned(self) -> Mask:
        """Which rows a package owns."""
        mask: Mask = self.owners.of_rows != UNOWNED
        return mask

    @property
    def is_file(self) -> Mask:
        """Which rows are files."""
        mask: Mask = self.index.kinds == Kind.FILE
        return mask

    def rows_at(self, paths: Iterable[bytes]) -> Integers:
        """The row of the content that the final root file system shows at each path, links followed; -1 for none."""
        rows_of_nodes, links = self._final_tree()
        nodes = self.index.tree.find(follow(path, links) for path in paths)
        return np.where(nodes >= 0, rows_of_nodes[nodes], -1)

    def package_of(self, row: int) -> str | None:
        """The owner of a row as `manager:name`, None where there is none."""
        number = int(self.owners.of_rows[row])
        if number == UNOWNED:
            return None
        package = self.owners.packages[number]
        return f"{package.manager}:{package.name}"

    def instruction(self, layer: int) -> str:
        """The instruction of a layer, cleaned and masked; empty for an unknown one."""
        history = self.image.layers[layer].history
        return clean_instruction(history.created_by) if history else ""

    def _group(self, name: str, numbers: Integers) -> RowGroups:
        if name not in self._groups:
            self._groups[name] = RowGroups.of(numbers, self.has_content)
        return self._groups[name]

    def _final_tree(self) -> tuple[Integers, dict[bytes, bytes]]:
        """For each node the row of the content that it shows, -1 for none, and where symbolic links point."""
        if not self._tree:
            index = self.index
            rows = np.full(len(index.tree) + 1, -1, dtype=np.int64)
            rows[index.nodes[index.visible]] = index.data_rows[index.visible]
            links = [index.entry(row) for row in np.flatnonzero(index.visible & (index.kinds == Kind.SYMLINK)).tolist()]
            self._tree.append((rows, {link.path: link.target for link in links}))
        return self._tree[0]
