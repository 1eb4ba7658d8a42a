"""Which distinct models an image holds: files of one repository, one folder or one content are one model."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator

import numpy as np
from msgspec import Struct

from layerscope.findings.case import Case
from layerscope.findings.model_names import Key, key_of
from layerscope.layers.columns import Integers, Mask
from layerscope.layers.entry import Kind
from layerscope.probes.model_fact import ModelFile
from layerscope.units import safe_text

_LEAST_BYTES = 1_000_000
_WEIGHTS = re.compile(
    rb"\.(?:safetensors|gguf|ggml|onnx|onnx_data|pt|pth|pt2|ckpt|h5|keras|tflite|mlmodel|pdparams|bin|engine|plan|nemo)$"
)


class Model(Struct, frozen=True, eq=False):
    """One model: its name, its rows, and what is known of its distinct files."""

    name: str
    rows: Integers
    files: tuple[ModelFile, ...]


def find_models(case: Case, rows: Integers, facts: dict[int, ModelFile]) -> list[Model]:
    """The rows as distinct models; what holds no weights is left out."""
    keys = {row: key_of(case.index.path(row)) for row in rows.tolist()}
    weights = {row for row in keys if _is_weights(case, row, facts.get(row))}
    is_live = case.is_live
    joined = _Joined()
    for same in _same_contents(case, keys, weights):
        joined.join(keys[row] for row in same)
    groups: dict[Key, list[int]] = defaultdict(list)
    for row, key in keys.items():
        groups[joined.root(key)].append(row)
    with_weights = [members for members in groups.values() if not weights.isdisjoint(members)]
    names = [_name_of(case, members, keys, weights) for members in with_weights]
    counts = Counter(names)
    copies = {row: number for number, group in enumerate(case.index.duplicates) for row in group.rows if row in weights}
    return [
        Model(
            name if counts[name] == 1 else f"{name} ({_largest_path(case, members)})",
            np.array(members, dtype=np.int64),
            tuple(facts[row] for row in _distinct(is_live, members, copies) if row in facts and row in weights),
        )
        for name, members in zip(names, with_weights, strict=True)
    ]


def _is_weights(case: Case, row: int, fact: ModelFile | None) -> bool:
    """Whether a row holds weights: as its header says, else by name where it is large enough for some."""
    if fact is not None:
        return fact.is_weights
    path, size_bytes = case.index.path(row), int(case.index.sizes[row])
    if size_bytes < _LEAST_BYTES:
        return False
    return _WEIGHTS.search(path) is not None or b"/blobs/" in path or key_of(path)[0] == "cache"


def _same_contents(case: Case, rows: Container[int], weights: set[int]) -> Iterator[list[int]]:
    """Rows with the same weights: hard links, compared ones, and hidden ones of the same name and size as another."""
    links = np.flatnonzero(np.isin(case.index.data_rows, list(weights)) & (case.index.kinds == Kind.HARDLINK))
    yield from ([row, int(case.index.data_rows[row])] for row in links.tolist() if row in rows)
    for group in case.index.duplicates:
        yield [row for row in group.rows if row in weights]
    is_live = case.is_live
    by_name: dict[tuple[bytes, int], list[int]] = defaultdict(list)
    for row in sorted(weights):
        size_bytes = int(case.index.sizes[row])
        if size_bytes >= _LEAST_BYTES:
            by_name[case.index.path(row).rpartition(b"/")[2], size_bytes].append(row)
    for alike in by_name.values():
        hidden = [row for row in alike if not is_live[row]]
        if hidden:
            yield [*hidden, *(row for row in alike if is_live[row])][: len(hidden) + 1]


def _name_of(case: Case, rows: list[int], keys: dict[int, Key], weights: set[int]) -> str:
    """A repository's name before any other, then what the largest file is called after."""
    largest = sorted(weights.intersection(rows), key=lambda row: (-int(case.index.sizes[row]), row))
    repositories = [keys[row] for row in largest if keys[row][0] == "repository"]
    return (repositories or [keys[largest[0]]])[0][-1]


def _largest_path(case: Case, rows: list[int]) -> str:
    return safe_text(case.index.path(max(rows, key=lambda row: (int(case.index.sizes[row]), -row))))


def _distinct(is_live: Mask, rows: list[int], copies: dict[int, int]) -> list[int]:
    """The rows without second copies; of a model that can be seen, only what can be seen."""
    live = [row for row in rows if is_live[row]]
    firsts = {copies.get(row, -1 - row): row for row in sorted(live or rows, reverse=True)}
    return sorted(firsts.values())


class _Joined:
    """Keys that mean one model, joined step by step."""

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        trail = []
        while key in self._above:
            trail.append(key)
            key = self._above[key]
        self._above.update(dict.fromkeys(trail, key))
        return key

    def join(self, keys: Iterable[Key]) -> None:
        roots = sorted({self.root(key) for key in keys})
        for other in roots[1:]:
            self._above[other] = roots[0]
