"""conda's packages: what each file of an environment's `conda-meta` folder lists."""

from collections.abc import Iterator

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList, Package
from layerscope.packages.facts import below, facts_of
from layerscope.probes import conda


def conda_lists(stack: LayerStack) -> Iterator[FileList]:
    """The files of each package, in the environment that its record lies in."""
    for layer in range(len(stack.scans)):
        for row, path, package in facts_of(stack, layer, conda.PACKAGE):
            environment = path.rpartition(b"/")[0].removesuffix(b"conda-meta")
            paths = below(environment, package.lines.split(b"\n")) if package.lines else ()
            yield FileList(Package("conda", package.name, package.version), row, paths)
