"""What ncdu can browse (`ncdu -f FILE`): the live tree, one layer, or the waste.

The format is version 1.1 of ncdu's export (https://dev.yorhel.nl/ncdu/jsonfmt): a folder is an array that begins with
itself, a content with several names has one inode and is counted once.
"""

from collections.abc import Iterator

import numpy as np

from layerscope.analysis import Analysis
from layerscope.errors import UsageError
from layerscope.index.apply import LIVE
from layerscope.index.file_index import FileIndex
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.report.ncdu_tree import Item, TreeWriter

_AT_ONCE = 1 << 14


def render_ncdu(analysis: Analysis) -> Iterator[bytes]:
    """The tree that a container sees; its total is the image's live bytes."""
    index = analysis.index
    writer = TreeWriter(analysis.image.reference)
    yield from writer.write(_named(index, np.flatnonzero(index.visible)))
    yield writer.finish()


def render_ncdu_layer(analysis: Analysis, position: int) -> Iterator[bytes]:
    """What one layer ships, visible or not; its total is the content of all its entries.

    Raises UsageError where the image has no such layer.
    """
    index = analysis.index
    if position >= len(index.scans):
        hint = f"Its layers are 0 to {len(index.scans) - 1}." if index.scans else "It has none."
        raise UsageError(f"The image has no layer {position}.", hint=hint)
    return _layer(analysis, position)


def _layer(analysis: Analysis, position: int) -> Iterator[bytes]:
    index = analysis.index
    start, end = int(index.bounds[position]), int(index.bounds[position + 1])
    rows = start + np.flatnonzero(index.kinds[start:end] < Kind.WHITEOUT)
    writer = TreeWriter(f"{analysis.image.reference} layer {position}")
    yield from writer.write(_named(index, rows, start))
    yield writer.finish()


def render_ncdu_waste(analysis: Analysis) -> Iterator[bytes]:
    """What is shipped and invisible, by both layers and cause, and all exact duplicates but one of each."""
    index = analysis.index
    writer = TreeWriter(f"{analysis.image.reference} waste")
    for group in index.superseded:
        folder = f"layer {group.layer}, hidden by {group.hidden_by}, {group.cause.id}"
        yield from writer.write(_contents(index, np.array(group.rows, np.int64)), folder)
    copies = [row for group in index.duplicates for row in group.rows[1:]]
    yield from writer.write(_contents(index, np.array(copies, np.int64)), "duplicates")
    yield writer.finish()


def _named(index: FileIndex, rows: Integers, first_row: int = 0) -> Iterator[tuple[bytes, Item]]:
    """Names in the tree's order; a content below `first_row` belongs to another layer and counts nothing."""
    rows = rows[np.argsort(index.nodes[rows], kind="stable")]
    contents = index.data_rows[rows]
    contents = np.where(contents >= first_row, contents, -1)
    names = np.bincount(contents[contents >= 0], minlength=len(index))
    for part in _parts(len(rows)):
        kinds, owned = index.kinds[rows[part]], contents[part]
        columns = (kinds == Kind.DIRECTORY, (owned >= 0) & (index.kinds[owned] == Kind.FILE), index.sizes[owned])
        paths = index.tree.paths.at(index.nodes[rows[part]])
        for path, content, count, is_folder, is_file, size_bytes in zip(
            paths, owned.tolist(), names[owned].tolist(), *(column.tolist() for column in columns), strict=True
        ):
            if content < 0:
                yield path, Item(is_folder=is_folder, is_file=False)
            else:
                inode = content + 1 if count > 1 else None
                yield path, Item(size_bytes, is_file=is_file, inode=inode, names=count)


def _contents(index: FileIndex, rows: Integers) -> Iterator[tuple[bytes, Item]]:
    """Contents in the tree's order, each by a name that shows it, or else by its own."""
    named = rows.copy()
    is_live = index.hidden_by[rows] == LIVE
    if is_live.any():
        visible = np.flatnonzero(index.visible & (index.data_rows >= 0))[::-1]
        shown = np.full(len(index), -1, np.int64)
        shown[index.data_rows[visible]] = visible
        named = np.where(is_live & ~index.visible[rows], shown[rows], rows)
    order = np.argsort(index.nodes[named], kind="stable")
    rows, named = rows[order], named[order]
    for part in _parts(len(rows)):
        paths = index.tree.paths.at(index.nodes[named[part]])
        for path, size_bytes in zip(paths, index.sizes[rows[part]].tolist(), strict=True):
            yield path, Item(size_bytes)


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))
