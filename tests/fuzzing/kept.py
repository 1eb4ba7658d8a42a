"""What earlier runs left, as strangers could change it: saved analyses, reports for comparison, records of a cache."""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import layerscope
from layerscope.analysis import Analysis
from layerscope.blob.access import SeekAccess
from layerscope.cache.container import pack, unpack
from layerscope.cache.records import KeptBlob, split
from layerscope.diff.compare import compare
from layerscope.diff.read_side import read_side
from layerscope.errors import LayerscopeError
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.oci.digest import Digest
from layerscope.probes import PROBES
from layerscope.report.diff.formats import DIFF_FORMATS
from layerscope.report.formats import Format
from layerscope.report.json import render_json
from layerscope.saved.save import save_analysis
from tests.fuzzing.files import report, written
from tests.fuzzing.mutate import change_json, change_numbers, cut_or_repeat, flip_bits
from tests.fuzzing.seeds import LAYERS, SMALL_LAYERS
from tests.images import docker_archive
from tests.indexing import Memory
from tests.saved.resealing import opened, sealed, sealed_content, unsealed

NAIVE = Path(__file__).parents[2] / "sample_images/naive-devel.docker.tar"
RECORD_LINE = b"layerscope-cache 1\n"


@cache
def large_analysis() -> Analysis:
    """A sample with packages, findings, a base and a plan."""
    return layerscope.analyze(str(NAIVE))


@cache
def _saved() -> tuple[Any, bytes]:
    """The document and the columns of a small image of many odd entries."""
    with written(docker_archive(SMALL_LAYERS, flavour="old")) as path:
        return opened(save_analysis(layerscope.analyze(str(path))))


def mutated_saved(rng: random.Random) -> bytes:
    """A saved analysis with other values, or other columns, under the right digest."""
    document, columns = _saved()
    if rng.random() < 0.5:
        return sealed(document, _damaged(columns, rng))
    text = change_json(json.dumps(document).encode(), rng)
    return sealed_content(len(text).to_bytes(8, "little") + text + columns)


def _damaged(content: bytes, rng: random.Random) -> bytes:
    return rng.choice((flip_bits, change_numbers, cut_or_repeat))(content, rng)


def load_and_report(content: bytes) -> None:
    """A saved analysis becomes a report, and is saved again."""
    with written(content, ".lsa") as path:
        try:
            analysis = layerscope.load(path)
        except LayerscopeError:
            return
        report(analysis, len(content))


@cache
def _records() -> tuple[tuple[type, bytes], ...]:
    """The large kinds of record: a layer, and how a blob packs it."""
    layer, blob = split(scan_layer(SeekAccess(Memory(LAYERS[0])), ProbeSet(PROBES)), Digest("sha256", "0" * 64))
    return (LayerScan, pack("key", layer)), (KeptBlob, pack("key", blob))


def mutated_record(rng: random.Random) -> bytes:
    """A record of the cache with other content under the right digest, behind a byte that says which kind it is."""
    number = rng.randrange(len(_records()))
    plain = unsealed(_records()[number][1], RECORD_LINE)
    end = 8 + int.from_bytes(plain[:8], "little")
    if rng.random() < 0.5:
        text = change_json(plain[8:end], rng)
        plain = len(text).to_bytes(8, "little") + text + plain[end:]
    else:
        plain = _damaged(plain, rng)
    return bytes([number]) + sealed_content(plain, RECORD_LINE)


def read_record(content: bytes) -> None:
    """A record is refused, or is a value of its kind."""
    kind = _records()[content[0] % len(_records())][0] if content else LayerScan
    try:
        assert isinstance(unpack(content[1:], "key", kind), kind)
    except LayerscopeError:
        return


@cache
def _report() -> bytes:
    return render_json(large_analysis())


def mutated_report(rng: random.Random) -> bytes:
    """A JSON report with other values."""
    return change_json(_report(), rng)


def compare_reports(content: bytes) -> None:
    """A report is compared, both ways, with the one that it was made of."""
    whole = read_side(_report(), "The report")
    try:
        side = read_side(content, "The report")
    except LayerscopeError:
        return
    for old, new in ((whole, side), (side, whole)):
        for kind in DIFF_FORMATS:
            assert isinstance(kind, Format)
            b"".join(kind.render(compare(old, new))).decode()
