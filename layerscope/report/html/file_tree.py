"""All stored bytes as a tree of folders and files, with what is small summed up by category."""

import json
from collections.abc import Iterator

import numpy as np
from msgspec import Struct, field

from layerscope.analysis import Analysis
from layerscope.index.apply import LIVE
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.units import safe_text

# What is smaller than this share of the image is never kept, however much room there is.
_LEAST_SHARE = 1e-6
_NODES_LIMIT = 8_000
_DEPTH_LIMIT = 64
_NAME_CHARACTERS = 120

Json = list["str | int | Json"]


class Sums(Struct):
    """What has been added up: files, their stored bytes, their share of the wire, and what of them is superseded."""

    files: int = 0
    stored_bytes: int = 0
    transfer_bytes: int = 0
    superseded_bytes: int = 0

    def add(self, other: "Sums") -> None:
        """Count what another one has, too."""
        self.files += other.files
        self.stored_bytes += other.stored_bytes
        self.transfer_bytes += other.transfer_bytes
        self.superseded_bytes += other.superseded_bytes


class File(Struct):
    """One path with all that lies at it, in whichever layer."""

    name: str
    category: int
    sums: Sums


class Folder(Struct):
    """A folder with what is kept of it, and sums of what is not, by the position of the category."""

    name: str
    folders: list["Folder"] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    others: dict[int, Sums] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)

    def add_other(self, category: int, sums: Sums) -> None:
        """Count something that is not kept."""
        self.others.setdefault(category, Sums()).add(sums)


class Scale(Struct, frozen=True):
    """What the whole image is, to which parts are compared: a part is as large as its larger share of the two."""

    stored_bytes: int
    transfer_bytes: int

    def share(self, sums: Sums) -> float:
        """The larger one of the shares of the stored and of the transferred bytes."""
        return max(
            sums.stored_bytes / max(self.stored_bytes, 1),
            sums.transfer_bytes / max(self.transfer_bytes, 1),
        )


def build_tree(analysis: Analysis) -> tuple[Folder, Scale]:
    """The tree of all rows of all layers, down to files of a millionth of the image."""
    of_rows = analysis.transfer.of_rows
    scale = Scale(analysis.index.stored_bytes, 0 if of_rows is None else int(of_rows.sum()))
    builder = _Builder(scale)
    for path, file in _leaves(analysis):
        builder.add(path, file)
    return builder.finish(), scale


def pruned(root: Folder, scale: Scale, limit_bytes: int) -> Json:
    """The tree as nested lists whose JSON has so many bytes at most: the smallest parts are summed up.

    A folder is `[name, [parts]]`, a file `[name, category, stored, transfer, superseded]`, and what is summed up has a
    number of files for a name.
    """
    shares = sorted((scale.share(item.sums) for item in _walk(root)), reverse=True)
    least = shares[_NODES_LIMIT] if len(shares) > _NODES_LIMIT else 0.0
    while len(script_json(found := _as_lists(_prune(root, scale, least)))) > limit_bytes:
        least = max(2 * least, _LEAST_SHARE)
    return found


def script_json(value: object) -> str:
    """JSON in ASCII that nothing inside can end as a script."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _leaves(analysis: Analysis) -> Iterator[tuple[bytes, File]]:
    """Every path with its sums, in the order of the tree; one for each category where rows of a path differ in it."""
    index, classification = analysis.index, analysis.classification
    count = len(classification.detectors)
    keys, leaf_of_rows = np.unique(index.nodes * count + classification.of_rows, return_inverse=True)
    transfer = analysis.transfer.of_rows
    columns = [
        _sums((index.kinds != Kind.DIRECTORY) & (index.kinds < Kind.WHITEOUT), leaf_of_rows, len(keys)),
        _sums(index.sizes, leaf_of_rows, len(keys)),
        _sums(np.zeros(len(index), np.int64) if transfer is None else transfer, leaf_of_rows, len(keys)),
        _sums(np.where(index.hidden_by == LIVE, 0, index.sizes), leaf_of_rows, len(keys)),
    ]
    paths = index.tree.paths.at(keys // count)
    sums = zip(*(column.tolist() for column in columns), strict=True)
    for path, category, of_leaf in zip(paths, (keys % count).tolist(), sums, strict=True):
        # Of a path that several layers have, it is still one file.
        yield path, File("", category, Sums(min(of_leaf[0], 1), *of_leaf[1:]))


def _sums(values: Integers, keys: Integers, count: int) -> Integers:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, keys, values)
    return sums


class _Builder:
    """Opens and closes folders while paths come in the order of the tree; what is tiny is summed up at once."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._open = [Folder("")]
        self._names: list[bytes] = []

    def add(self, path: bytes, file: File) -> None:
        """Count a file where it lies."""
        *folders, name = path.split(b"/", _DEPTH_LIMIT)
        self._enter(folders)
        folder = self._open[-1]
        folder.sums.add(file.sums)
        # Folders and whiteouts have headers, which a pull fetches, but are no files.
        if file.sums.files and self._scale.share(file.sums) >= _LEAST_SHARE:
            folder.files.append(File(_shown(name), file.category, file.sums))
        else:
            folder.add_other(file.category, file.sums)

    def finish(self) -> Folder:
        """The root, once all is closed."""
        self._enter([])
        return self._open[0]

    def _enter(self, folders: list[bytes]) -> None:
        common = 0
        for one, other in zip(self._names, folders, strict=False):
            if one != other:
                break
            common += 1
        while len(self._open) > common + 1:
            _close(self._open.pop(), self._open[-1], self._scale, _LEAST_SHARE)
        self._open += [Folder(_shown(name)) for name in folders[common:]]
        self._names = folders


def _close(folder: Folder, parent: Folder, scale: Scale, least: float) -> None:
    """Put a folder into its parent, as a whole or as sums."""
    parent.sums.add(folder.sums)
    if scale.share(folder.sums) >= least:
        parent.folders.append(folder)
        return
    for category, sums in _by_category(folder):
        parent.add_other(category, sums)


def _by_category(folder: Folder) -> Iterator[tuple[int, Sums]]:
    yield from folder.others.items()
    yield from ((file.category, file.sums) for file in folder.files)
    for inner in folder.folders:
        yield from _by_category(inner)


def _prune(folder: Folder, scale: Scale, least: float) -> Folder:
    """The folder without what is smaller; it is summed up instead."""
    found = Folder(folder.name)
    for category, sums in folder.others.items():
        found.add_other(category, sums)
        found.sums.add(sums)
    for file in folder.files:
        found.sums.add(file.sums)
        if scale.share(file.sums) >= least:
            found.files.append(file)
        else:
            found.add_other(file.category, file.sums)
    for inner in folder.folders:
        _close(_prune(inner, scale, least), found, scale, least)
    return found


def _walk(folder: Folder) -> Iterator[Folder | File]:
    yield from folder.files
    for inner in folder.folders:
        yield inner
        yield from _walk(inner)


def _as_lists(folder: Folder) -> Json:
    """Folders first, then files, then sums; each of them in a fixed order."""
    parts: Json = [_as_lists(inner) for inner in folder.folders]
    parts += [[file.name, file.category, *_numbers(file.sums)] for file in folder.files]
    parts += [
        [sums.files, category, *_numbers(sums)]
        for category, sums in sorted(folder.others.items())
        if sums.files or sums.stored_bytes or sums.transfer_bytes
    ]
    return [folder.name, parts]


def _numbers(sums: Sums) -> list[int]:
    """The bytes, without zeros at the end."""
    numbers = [sums.stored_bytes, sums.transfer_bytes, sums.superseded_bytes]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


def _shown(name: bytes) -> str:
    text = safe_text(name)
    return text if len(text) <= _NAME_CHARACTERS else f"{text[: _NAME_CHARACTERS - 1]}…"
