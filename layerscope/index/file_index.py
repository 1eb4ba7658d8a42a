"""The file index: every entry of every layer, what became of it and why, and what is there more than once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layerscope.index.apply import LIVE
from layerscope.index.contents import Contents, SameContents
from layerscope.index.duplicates import DuplicateGroup, colliding, group_duplicates
from layerscope.index.layer_stack import LayerStack, stack_layers
from layerscope.index.superseded import SupersededGroup, group_superseded, hide_contents
from layerscope.layers.columns import frozen
from layerscope.layers.entry import Kind
from layerscope.layers.scan import LayerScan


class FileIndex(LayerStack, frozen=True, eq=False):
    """A stack of layers whose contents have been compared; `causes` say why each row's bytes are hidden."""

    causes: NDArray[np.uint8]
    superseded: tuple[SupersededGroup, ...]
    duplicates: tuple[DuplicateGroup, ...]

    @property
    def duplicate_bytes(self) -> int:
        """What one copy of each live content would spare."""
        return sum(group.waste_bytes for group in self.duplicates)


def build_index(scans: Sequence[LayerScan], same_contents: SameContents) -> FileIndex:
    """Stack the scans, the bottom layer first, and compare contents where that decides something."""
    return compare_contents(stack_layers(scans), same_contents)


def compare_contents(stack: LayerStack, same_contents: SameContents) -> FileIndex:
    """Find out what superseded files were replaced by, and which live files are the same."""
    applied, sizes = stack.applied, stack.sizes
    contents = Contents(stack.scans, stack.bounds, stack.layers, sizes)
    same_size = colliding(np.flatnonzero((stack.hidden_by == LIVE) & (stack.kinds == Kind.FILE)), sizes)
    pairs = applied.data_rows[applied.rewrites]
    contents.tell_apart(same_size, pairs, same_contents)
    name_causes = applied.causes.copy()
    name_causes[applied.rewrites[:, 0]] = contents.rewrite_causes(pairs)
    _, causes = hide_contents(applied.data_rows, applied.hidden_by, name_causes)
    return with_contents(stack, causes, group_duplicates(same_size, sizes, contents.classes))


def with_contents(stack: LayerStack, causes: NDArray[np.uint8], duplicates: tuple[DuplicateGroup, ...]) -> FileIndex:
    """The index of a stack once it is known why each row's bytes are hidden and which live ones are the same."""
    return FileIndex(
        **{name: getattr(stack, name) for name in LayerStack.__struct_fields__},
        causes=frozen(causes, np.uint8),
        superseded=group_superseded(stack.sizes, stack.layers, stack.hidden_by, causes),
        duplicates=duplicates,
    )
