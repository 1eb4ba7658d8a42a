"""What a rule's test needs: the findings of an image that is made of items, instructions and a configuration."""

import json
from collections.abc import Sequence
from typing import Any

from layerscope.base_image.identify import BaseLayers
from layerscope.classify import classify
from layerscope.findings.case import Case
from layerscope.findings.find import find_all
from layerscope.findings.finding import Finding
from layerscope.findings.purpose import Purpose
from layerscope.index.owners import FileList, Package, assign_owners
from layerscope.needs.find import read_needs
from layerscope.oci.config import align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.packages import file_lists
from layerscope.probes import PROBES
from tests.images import Item
from tests.indexing import index_of


def findings_of(
    layers: Sequence[Sequence[Item]],
    *,
    history: Sequence[str | tuple[str]] = (),
    config: dict[str, Any] | None = None,
    owned: dict[str, str] | None = None,
    base_count: int = 0,
    purpose: Purpose = Purpose.PROD,
) -> tuple[Finding, ...]:
    """All findings. `history` has a text for each layer, and a tuple of one text for a step without a layer.

    `config` is the inner object of an image configuration (`User`, `Env`, `Healthcheck` ...). `owned` gives packages
    as `python:pytest` to paths, beside what package databases among the items say.
    """
    index = index_of(layers, probes=PROBES)
    lists = [*file_lists(index), *(_owned(index, path, package) for path, package in (owned or {}).items())]
    owners = assign_owners(index, lists)
    image = image_of(len(layers), history, config)
    classification = classify(index, owners)
    system = read_needs(image, index, owners, classification)
    case = Case(image, index, owners, classification, BaseLayers(base_count, ()), system)
    return find_all(case, purpose)


def only(findings: Sequence[Finding], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in findings if finding.rule.id == rule]


def _owned(index: Any, path: str, package: str) -> FileList:
    manager, _, name = package.partition(":")
    row = next(row for row in range(len(index)) if index.path(row) == path.encode())
    return FileList(Package(manager, name, "1"), row, (path.encode(),))


def image_of(count: int, history: Sequence[str | tuple[str]], config: dict[str, Any] | None = None) -> Image:
    """Make an image of so many layers; only its history and its configuration are of interest."""
    steps = [
        {"created_by": step} if isinstance(step, str) else {"created_by": step[0], "empty_layer": True}
        for step in history
    ]
    document = {
        "architecture": "amd64",
        "os": "linux",
        "config": config or {},
        "history": steps,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + f"{number:064x}" for number in range(count)]},
    }
    parsed = parse_config(json.dumps(document).encode(), "the test's configuration")
    aligned = align_history(parsed, count)
    layers = tuple(
        Layer(number, diff_id, str(number), None, None, None, aligned[number])
        for number, diff_id in enumerate(parsed.diff_ids)
    )
    return Image("test", "docker-archive", Digest("sha256", "0" * 64), None, parsed, layers)
