"""Python's distributions: their files in each layer, and how those that are there in the end came there."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList, Package
from layerscope.packages.facts import below, facts_of, visible_facts
from layerscope.probes import python_dist


class PythonDistribution(Struct, frozen=True):
    """A distribution of the final root file system.

    `folder` is its `.dist-info` or `.egg-info`, `row` that of its metadata over all layers. `installer` is empty where
    nothing says; `is_requested` is set where somebody asked for it by name, as far as its installer keeps that.
    """

    package: Package
    folder: bytes
    row: int
    installer: str
    is_requested: bool
    source: python_dist.PythonSource | None


def python_lists(stack: LayerStack) -> Iterator[FileList]:
    """The files of each distribution that has a list of them."""
    metadata: dict[bytes, python_dist.PythonMetadata] = {}
    for layer in range(len(stack.scans)):
        metadata |= {_info(path): value for _, path, value in facts_of(stack, layer, python_dist.METADATA)}
        for row, path, record in facts_of(stack, layer, python_dist.RECORD):
            folder = _info(path)
            found = metadata.get(folder) or _from_folder(folder)
            site = folder.rpartition(b"/")[0] + b"/"
            lines = record.lines.splitlines()
            inner = below(site, [line for line in lines if line[:1] != b"/"])
            absolute = (line for line in lines if line[:1] == b"/")
            yield FileList(Package("python", found.name, found.version), row, (*inner, *absolute))


def python_distributions(stack: LayerStack) -> tuple[PythonDistribution, ...]:
    """All distributions that can be imported in the end, also those whose files nothing lists."""
    installers = {_info(path): value.name for _, path, value in visible_facts(stack, python_dist.INSTALLER)}
    sources = {_info(path): value for _, path, value in visible_facts(stack, python_dist.SOURCE)}
    found = [(row, _info(path), value) for row, path, value in visible_facts(stack, python_dist.METADATA)]
    requested = _requested(stack, [folder for _, folder, _ in found])
    return tuple(
        PythonDistribution(
            Package("python", value.name, value.version),
            folder,
            row,
            installers.get(folder, ""),
            is_requested,
            sources.get(folder),
        )
        for (row, folder, value), is_requested in zip(found, requested, strict=True)
    )


def _requested(stack: LayerStack, folders: list[bytes]) -> list[bool]:
    """Whether REQUESTED lies in each folder; it is empty, so no probe is asked about it."""
    # What has no node has number -1, which is the last element here.
    is_shown = np.zeros(len(stack.tree) + 1, dtype=np.bool_)
    is_shown[stack.nodes[stack.visible]] = True
    requested: list[bool] = is_shown[stack.tree.find(folder + b"/REQUESTED" for folder in folders)].tolist()
    return requested


def _info(path: bytes) -> bytes:
    """The `.dist-info` or `.egg-info` that a file belongs to; Debian has some of the latter that are a file."""
    return path if path.endswith((b".egg-info", b".egg-link")) else path.rpartition(b"/")[0]


def _from_folder(folder: bytes) -> python_dist.PythonMetadata:
    name = folder.rpartition(b"/")[2].rpartition(b".")[0].decode("utf-8", "replace")
    project, _, rest = name.partition("-")
    return python_dist.PythonMetadata(project or name, rest.partition("-")[0] or "unknown")
