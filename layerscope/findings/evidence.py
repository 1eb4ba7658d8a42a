"""Lines that say what a finding saw: the files, packages and instructions with the most bytes."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from layerscope.findings.case import Case
from layerscope.layers.columns import Integers, numbered
from layerscope.units import human_bytes, safe_text

_INSTRUCTION_LIMIT = 300


def list_files(case: Case, rows: Integers, limit: int = 8) -> tuple[str, ...]:
    """The paths of the largest rows with their sizes, and how many more there are."""
    shown = rows[np.lexsort((rows, -case.index.sizes[rows]))][:limit].tolist()
    paths = [safe_text(case.index.path(row)) for row in shown]
    names = [
        path if paths.count(path) == 1 else f"{path} in layer {case.index.layers[row]}"
        for path, row in zip(paths, shown, strict=True)
    ]
    return _lines(zip(names, case.index.sizes[shown].tolist(), strict=True), len(rows) - limit)


def list_packages(case: Case, rows: Integers, limit: int = 12) -> tuple[str, ...]:
    """The packages that own the rows, with the bytes of theirs among the rows, and how many more there are."""
    owned = rows[case.is_owned[rows]]
    numbers, inverse = numbered(case.owners.of_rows[owned])
    sums = np.bincount(inverse, weights=case.index.sizes[owned]).astype(np.int64).tolist()
    packages = [case.owners.packages[number] for number in numbers.tolist()]
    bytes_of = Counter[str]()
    for package, size_bytes in zip(packages, sums, strict=True):
        bytes_of[f"{package.manager}:{package.name}"] += size_bytes
    ranked = sorted(bytes_of.items(), key=lambda item: (-item[1], item[0]))
    return _lines(((safe_text(name), size_bytes) for name, size_bytes in ranked[:limit]), len(ranked) - limit)


def tell_instruction(case: Case, layer: int, what: str) -> str:
    """`Layer 3 <what>: RUN ...`; a long instruction is cut."""
    text = safe_text(case.instruction(layer)[: 2 * _INSTRUCTION_LIMIT]) or "unknown instruction"
    return f"Layer {layer} {what}: {text if len(text) <= _INSTRUCTION_LIMIT else text[:_INSTRUCTION_LIMIT] + '…'}"


def _lines(sizes: Iterable[tuple[str, int]], more: int) -> tuple[str, ...]:
    rest = (f"and {more} more",) if more > 0 else ()
    return (*(f"{name} ({human_bytes(size_bytes)})" for name, size_bytes in sizes), *rest)
