"""What `identify` makes of an image that is made of build steps, files and a configuration."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from layerscope.base_image.detected import DetectedBase, OwnBase
from layerscope.base_image.identify import identify
from layerscope.index.owners import assign_owners
from layerscope.layers.probe import AnyProbe
from layerscope.oci.config import align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.packages import file_lists
from layerscope.probes import PROBES, os_release
from tests.images import Item
from tests.indexing import index_of

_PROBES: tuple[AnyProbe, ...] = tuple(dict.fromkeys((*PROBES, *os_release.PROBES)))


def detect(
    steps: Sequence[str],
    layers: Sequence[Sequence[Item]] = (),
    *,
    config: Mapping[str, Any] | None = None,
    own_bases: Sequence[OwnBase] = (),
    annotations: Mapping[str, str] | None = None,
    count: int | None = None,
    architecture: str = "amd64",
) -> DetectedBase | None:
    """Identify the base under an image with these build steps (`0 ` marks those without a layer) and files.

    The files' layers are the image's lowest ones; `count` is for an image with more layers than steps say.
    """
    history = [
        {"created_by": step.removeprefix("0 "), **({"empty_layer": True} if step.startswith("0 ") else {})}
        for step in steps
    ]
    made = sum("empty_layer" not in step for step in history)
    image = _image(history, max(made, len(layers)) if count is None else count, config or {}, architecture)
    image = replace(image, annotations=dict(annotations or {}))
    index = index_of(layers, probes=_PROBES)
    return identify(image, index, assign_owners(index, file_lists(index)), own_bases)


def found_in(*arguments: Any, **options: Any) -> DetectedBase:
    """The same where something is to be found."""
    found = detect(*arguments, **options)
    assert found is not None
    return found


def diff_ids(count: int) -> tuple[str, ...]:
    """The diff IDs of such an image's lowest layers."""
    return tuple("sha256:" + f"{number:064x}" for number in range(count))


def _image(history: list[dict[str, Any]], count: int, config: Mapping[str, Any], architecture: str) -> Image:
    rootfs = {"type": "layers", "diff_ids": list(diff_ids(count))}
    document = {"architecture": architecture, "os": "linux", "config": config, "history": history, "rootfs": rootfs}
    parsed = parse_config(json.dumps(document).encode(), "the test's configuration")
    aligned = align_history(parsed, count)
    made = tuple(Layer(n, parsed.diff_ids[n], str(n), None, None, None, aligned[n]) for n in range(count))
    return Image("test", "docker-archive", Digest("sha256", "0" * 64), None, parsed, made)
