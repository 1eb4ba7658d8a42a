"""Mutated inputs and what is done with them; whatever a target lets out but our own errors is a fault."""

import json
import random
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import layerscope
from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.errors import LayerscopeError
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.probes import PROBES
from layerscope.report.formats import FORMATS
from layerscope.saved.save import save_analysis
from tests.fuzzing.mutate import change_json, mutate
from tests.fuzzing.seeds import INNER, LAYERS, archives
from tests.images import config, docker_archive, file, layer
from tests.indexing import Memory
from tests.tar.mutants import mutant

_PROBES = ProbeSet(PROBES)
_ARCHIVES = tuple(archives().values())


def scan_both_ways(tar: bytes) -> None:
    """A layer at rest and the same as a stream: what can be read of it is the same."""
    at_rest = _scan(SeekAccess(Memory(tar)))
    passing = _scan(StreamAccess(lambda: BytesIO(tar), None, len(tar)))
    if tar[:2] != b"\x1f\x8b" and tar[:1] != b"\x28":
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
    with tempfile.NamedTemporaryFile(dir=_folder(), suffix=".tar") as written:
        written.write(archive)
        written.flush()
        try:
            analysis = layerscope.analyze(written.name)
        except LayerscopeError:
            return
        kind = FORMATS[len(archive) // 512 % len(FORMATS)]
        try:
            b"".join(kind.render(analysis)).decode()
        except LayerscopeError:
            assert kind.id == "patch", kind.id
        save_analysis(analysis)


def _folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


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
    "tar": (50, _mutated_tar, scan_both_ways),
    "file": (38, _mutated_file, scan_both_ways),
    "archive": (4, _mutated_archive, analyze_and_report),
    "config": (4, _mutated_config, analyze_and_report),
    "inside": (4, _mutated_inside, analyze_and_report),
}
"""By name: its part of all cases in percent, what makes an input, what is done with it."""
