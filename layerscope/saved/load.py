"""The bytes of a file as an Analysis again."""

from pathlib import Path
from typing import Any

from layerscope.analysis import Analysis
from layerscope.blob.compression import Decompressing
from layerscope.blob.file import OpenFile
from layerscope.checks.gate import Gate
from layerscope.codec.codec import CONTENT_LIMIT_BYTES, Source, damaged
from layerscope.codec.records import check_fields, unknown
from layerscope.codec.shapes import as_shapes
from layerscope.errors import LimitExceeded
from layerscope.index.file_index import with_contents
from layerscope.index.layer_stack import stack_layers
from layerscope.saved.checks import (
    check_contents,
    check_findings,
    check_gate,
    check_layers,
    check_row_values,
    check_scans,
)
from layerscope.saved.container import unpack
from layerscope.saved.parts import CAUSES, DUPLICATES, SCANS, value_codecs
from layerscope.saved.types import codec_for
from layerscope.sources.saved_analysis import MAGIC
from layerscope.totals import total_categories, total_layers, total_packages
from layerscope.units import safe_text

_KEYS = frozenset(("version", "shapes", "scans", "causes", "duplicates", "values"))


def load_analysis(path: Path) -> Analysis:
    """Read what `layerscope analyze --save` wrote; every report says of it what it said of the image.

    Raises SourceUnavailable for a file that cannot be opened, MalformedImage for one that is damaged, is something else
    or comes from a newer version, and LimitExceeded for one beyond bounds.
    """
    name = safe_text(str(path))
    with OpenFile(path) as file:
        if file.identity.size_bytes > CONTENT_LIMIT_BYTES:
            raise LimitExceeded(f"{name} is over {CONTENT_LIMIT_BYTES} bytes.", hint="No saved analysis is that large.")
        content = file.read_at(0, file.identity.size_bytes)
    document, reader = unpack(content, name)
    try:
        return _restore(document, reader)
    except RecursionError as error:
        raise damaged("its values are nested too deeply") from error


def is_saved(path: Path) -> bool:
    """Whether a file begins as a saved analysis does; not for what cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _restore(document: Any, reader: Decompressing) -> Analysis:
    if type(document) is not dict or set(document) != _KEYS or type(document["values"]) is not dict:
        raise damaged("its document has other parts")
    source = Source(reader, as_shapes(document["shapes"]))
    scans = codec_for(SCANS).read(document["scans"], source)
    check_scans(scans)
    stack = stack_layers(scans)
    source.row_count, source.layer_count = len(stack), len(scans)
    causes = codec_for(CAUSES).read(document["causes"], source)
    duplicates = codec_for(DUPLICATES).read(document["duplicates"], source)
    check_contents(stack, causes, duplicates)
    values = _values(document["values"], source)
    if reader.read(1):
        raise damaged("something follows its columns")
    check_layers(values["image"], values["base"], len(scans))
    check_row_values(values, len(stack))
    check_findings(values["findings"], stack.sizes)
    check_gate(values.get("gate", Gate()))
    index = with_contents(stack, causes, duplicates)
    packages, unowned_bytes = total_packages(index, values["owners"])
    return Analysis(
        index=index,
        layer_totals=total_layers(values["image"], index),
        category_totals=total_categories(index, values["classification"], values["transfer"].of_rows),
        package_totals=packages,
        unowned_by_packages_bytes=unowned_bytes,
        **values,
    )


def _values(data: dict[str, Any], source: Source) -> dict[str, Any]:
    """The fields that are saved as they are, in the order in which they were written."""
    codecs, values = value_codecs(), {}
    for name, item in data.items():
        if name not in codecs:
            raise unknown(safe_text(name[:60]))
        values[name] = codecs[name].read(item, source)
    check_fields(Analysis, values, codecs)
    return values
