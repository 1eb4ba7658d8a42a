"""Mutated inputs and what is done with them; whatever a target lets out but our own errors is a fault."""

import json
import random
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import layerscope
from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.errors import LayerscopeError
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.probes import PROBES
from tests.fuzzing import kept, layouts, texts
from tests.fuzzing.files import report, written
from tests.fuzzing.mutate import change_json, mutate
from tests.fuzzing.seeds import INNER, LAYERS, archives
from tests.images import config, docker_archive, file, layer
from tests.indexing import Memory
from tests.tar.mutants import mutant

_PROBES = ProbeSet(PROBES)
# Only streams are unpacked: gzip, zstd and its skippable frames, and what is refused by name.
_PACKED = re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18|BZh|\xfd7zXZ\0|\x04\x22\x4d\x18")
_ARCHIVES = tuple(archives().values())


def scan_both_ways(tar: bytes) -> None:
    """A layer at rest and the same as a stream: what can be read of it is the same."""
    at_rest = _scan(SeekAccess(Memory(tar)))
    passing = _scan(StreamAccess(lambda: BytesIO(tar), None, len(tar)))
    if not _PACKED.match(tar):
        assert at_rest == passing, f"{at_rest} at rest, {passing} in a stream"


def _scan(access: SeekAccess | StreamAccess) -> Any:
    try:
        scan = scan_layer(access, _PROBES)
    except LayerscopeError as error:
        return type(error).__name__
    return [_entry(scan, row) for row in range(len(scan))], scan.damage


def _entry(scan: LayerScan, row: int) -> tuple[Any, ...]:
    entry = scan.entry(row)
    return entry.path, entry.kind, entry.size, entry.mode, entry.target


def analyze_and_report(archive: bytes) -> None:
    """The whole run: an archive becomes an analysis, that becomes a report in one of the formats, and is saved."""
    with written(archive) as path:
        try:
            analysis = layerscope.analyze(str(path))
        except LayerscopeError:
            return
        report(analysis, len(archive) // 512)


def _mutated_tar(rng: random.Random) -> bytes:
    return mutant(rng) if rng.random() < 0.7 else mutate(rng.choice(LAYERS), rng)


def _mutated_file(rng: random.Random) -> bytes:
    path = rng.choice(list(INNER))
    return layer(file(path, mutate(INNER[path], rng), mode=0o755))


def _mutated_archive(rng: random.Random) -> bytes:
    return mutate(rng.choice(_ARCHIVES), rng)


def _mutated_config(rng: random.Random) -> bytes:
    """An archive whose configuration is another one; its name is no digest, so that it gets past that check."""
    history = [{"created_by": "RUN pip install x # buildkit", "created": "2024-01-01T00:00:00Z"}]
    document = config(LAYERS[:1], history, env=["PATH=/bin", "CUDA_VERSION=12.4.1"], labels={"a": "b"}, user="me")
    changed = change_json(document, rng)
    manifest = json.dumps([{"Config": "c", "RepoTags": ["a:b"], "Layers": ["l.tar"]}]).encode()
    if rng.random() < 0.3:
        changed, manifest = document, change_json(manifest, rng)
    return layer(file("l.tar", LAYERS[0]), file("c", changed), file("manifest.json", manifest))


def _mutated_inside(rng: random.Random) -> bytes:
    """A whole image in which several files that are read are wrong."""
    paths = list(INNER)
    wrong = set(rng.sample(paths, 4))
    items = [file(path, mutate(INNER[path], rng) if path in wrong else INNER[path], mode=0o755) for path in paths]
    at = rng.randrange(len(items))
    return docker_archive([layer(*items[:at]), layer(*items[at:])], flavour="old")


Target = Callable[[bytes], None]
TARGETS: dict[str, tuple[int, Callable[[random.Random], bytes], Target]] = {
    "tar": (38, _mutated_tar, scan_both_ways),
    "file": (30, _mutated_file, scan_both_ways),
    "archive": (4, _mutated_archive, analyze_and_report),
    "config": (3, _mutated_config, analyze_and_report),
    "inside": (3, _mutated_inside, analyze_and_report),
    "layout": (4, layouts.mutated_layout, analyze_and_report),
    "table": (2, layouts.mutated_table, layouts.read_table),
    "saved": (3, kept.mutated_saved, kept.load_and_report),
    "record": (3, kept.mutated_record, kept.read_record),
    "report": (2, kept.mutated_report, kept.compare_reports),
    "dockerfile": (3, texts.mutated_dockerfile, texts.patch_dockerfile),
    "settings": (2, texts.mutated_settings, texts.read_configuration),
    "split": (2, texts.mutated_split, texts.scan_split),
    "challenge": (1, texts.mutated_challenge, texts.read_challenge),
}
"""By name: its part of all cases in percent, what makes an input, what is done with it."""
