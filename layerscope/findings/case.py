"""Everything that a rule may look at: the image, its entries, their owners and categories, and what probes found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layerscope.base_image.identify import BaseLayers
from layerscope.classify import Classification
from layerscope.index.apply import LIVE
from layerscope.index.file_index import FileIndex
from layerscope.index.owners import UNOWNED, Owners
from layerscope.layers.columns import Integers, Mask
from layerscope.layers.entry import Kind
from layerscope.oci.image import Image
from layerscope.oci.instruction import clean_instruction
from layerscope.patterns import matches


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One image as rules see it; `base` says which layers are the base image's."""

    image: Image
    index: FileIndex
    owners: Owners
    classification: Classification
    base: BaseLayers
    _paths: list[tuple[bytes, Integers]] = field(default_factory=list)

    def facts(self, probe: str) -> Iterator[tuple[int, Any]]:
        """The rows about which a probe found something out, and what."""
        for scan, start in zip(self.index.scans, self.index.bounds.tolist(), strict=False):
            for fact in scan.facts:
                if fact.probe == probe:
                    yield start + fact.row, fact.value

    def rows_of_categories(self, *ids: str) -> Integers:
        """The rows that hold or name contents in these categories."""
        numbers = [number for number, item in enumerate(self.classification.detectors) if item.id in ids]
        return np.flatnonzero(np.isin(self.classification.of_rows, numbers) & self.has_content)

    def rows_of_packages(self, *patterns: str) -> Integers:
        """The rows of the packages whose `manager:name` matches a pattern."""
        numbers = [
            number
            for number, package in enumerate(self.owners.packages)
            if matches(patterns, f"{package.manager}:{package.name}".encode("utf-8", "replace"))
        ]
        return np.flatnonzero(np.isin(self.owners.of_rows, numbers) & self.has_content)

    def rows_by_path(self, expression: re.Pattern[bytes]) -> Integers:
        """The rows whose path, with a slash before it, has a match of the expression; compile it with MULTILINE.

        Paths stand in lines of one text, so `^` and `$` are a path's ends; a path with a line break matches nothing.
        """
        text, starts = self._path_lines()
        found = np.fromiter((match.start() for match in expression.finditer(text)), np.int64)
        nodes = np.unique(np.searchsorted(starts, found, side="right") - 1)
        return np.flatnonzero(np.isin(self.index.nodes, nodes) & self.has_content)

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

    def is_visible(self, path: bytes) -> bool:
        """Whether the final root file system has something at a path; links in its folders are not followed."""
        [node] = self.index.tree.find([path]).tolist()
        return node >= 0 and bool(self.index.visible[self.index.nodes == node].any())

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

    def _path_lines(self) -> tuple[bytes, Integers]:
        if not self._paths:
            lines = [b"/" + path if b"\n" not in path else b"" for path in self.index.tree.paths]
            lengths = np.fromiter(map(len, lines), np.int64, count=len(lines))
            starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths + 1)[:-1]]) if lines else lengths
            self._paths.append((b"\n".join(lines), starts))
        return self._paths[0]
