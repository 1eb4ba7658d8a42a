"""Packages of managers that keep one database of all: each layer that touches it brings every list again."""

from collections.abc import Iterator

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList, Package
from layerscope.packages.facts import facts_of
from layerscope.probes import apk, rpm


def apk_lists(stack: LayerStack) -> Iterator[FileList]:
    """The files of Alpine's packages."""
    return _lists(stack, "apk", apk.INSTALLED)


def rpm_lists(stack: LayerStack) -> Iterator[FileList]:
    """The files of rpm's packages."""
    return _lists(stack, "rpm", rpm.DATABASE)


def _lists(stack: LayerStack, manager: str, probe: str) -> Iterator[FileList]:
    # From layer to layer most lists are the same, and are kept once.
    known: dict[bytes, tuple[bytes, ...]] = {}
    for layer in range(len(stack.scans)):
        for row, _, packages in facts_of(stack, layer, probe):
            for package in packages:
                if package.lines not in known:
                    known[package.lines] = tuple(package.lines.split(b"\n"))
                yield FileList(Package(manager, package.name, package.version), row, known[package.lines])
