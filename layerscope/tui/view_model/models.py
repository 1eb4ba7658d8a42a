"""Rows of the screen CUDA/ML: model files, whatever layer they are in, seen or not."""

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.findings.model_names import key_of
from layerscope.index.apply import LIVE
from layerscope.probes.model_fact import ModelFile
from layerscope.probes.model_file import MODEL_FILE
from layerscope.tui.view_model.detail import Detail, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.tui.view_model.libraries import owner_text
from layerscope.units import human_bytes, human_share, safe_text


class ModelRow(Struct, frozen=True):
    """A model's file, or data that goes with models; `dtype` is the type that most of its parameters have."""

    row: int
    name: str
    path: str
    format: str
    dtype: str | None
    parameters: int | None
    size_bytes: int
    transfer_bytes: int | None
    layer: int
    hidden_by: int | None
    is_weights: bool
    fact: ModelFile


def model_rows(analysis: Analysis) -> tuple[ModelRow, ...]:
    """All model files of all layers, weights first, each kind by size."""
    index = analysis.index
    rows = (
        _model(analysis, start + fact.row, fact.value)
        for scan, start in zip(index.scans, index.bounds.tolist(), strict=False)
        for fact in scan.facts
        if fact.probe == MODEL_FILE
    )
    return tuple(sorted(rows, key=lambda row: (not row.is_weights, -row.size_bytes, row.row)))


def model_detail(analysis: Analysis, model: ModelRow) -> Detail:
    """What the file's header says, where it lies, and where its bytes lie again."""
    fact, index = model.fact, analysis.index
    same = next((group.rows for group in index.duplicates if model.row in group.rows), (model.row,))
    known = (
        ("name", safe_text(fact.name or "")),
        ("architecture", safe_text(fact.architecture or "")),
        ("format", safe_text(fact.format)),
        ("parameters", human_count(fact.parameters) if fact.parameters is not None else ""),
        ("types", _dtypes(fact)),
        ("size", human_bytes(model.size_bytes)),
        ("brought by", owner_text(analysis, model.row)),
        ("hidden by", "" if model.hidden_by is None else f"layer {model.hidden_by}"),
    )
    return Detail(
        model.name,
        section("The file says", *(f"{name}: {value}" for name, value in known if value)),
        FileRows(analysis, same, lambda row: "" if row == model.row else "= same bytes"),
    )


def human_count(count: int) -> str:
    """A count of parameters as people say it: `7.0B`, `134.2M`."""
    for limit, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k")):
        if count >= limit:
            return f"{count / limit:.1f}{letter}"
    return str(count)


def _model(analysis: Analysis, row: int, fact: ModelFile) -> ModelRow:
    index = analysis.index
    path, hidden_by, of_rows = index.path(row), int(index.hidden_by[row]), analysis.transfer.of_rows
    return ModelRow(
        row,
        safe_text(fact.name or "") or key_of(path)[-1],
        f"/{safe_text(path)}",
        safe_text(fact.format),
        safe_text(fact.dtypes[0][0]) if fact.dtypes else None,
        fact.parameters,
        int(index.sizes[row]),
        None if of_rows is None else int(of_rows[row]),
        int(index.layers[row]),
        None if hidden_by == LIVE else hidden_by,
        fact.is_weights,
        fact,
    )


def _dtypes(fact: ModelFile) -> str:
    return ", ".join(f"{safe_text(name)} {human_share(count, fact.parameters or 0)}" for name, count in fact.dtypes[:8])
