"""Facts about packages, from whichever manager, as file lists that owners are assigned from."""

from collections.abc import Iterator

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList, Package
from layerscope.probes import dpkg, python_dist


def file_lists(stack: LayerStack) -> list[FileList]:
    """Every package's files in every layer; distribution packages come first, since theirs is the outer claim."""
    return [*_dpkg_lists(stack), *_python_lists(stack)]


def _dpkg_lists(stack: LayerStack) -> Iterator[FileList]:
    versions: dict[str, str] = {}
    for layer, scan in enumerate(stack.scans):
        for fact in scan.facts:
            if fact.probe == dpkg.STATUS:
                versions |= {package.name: package.version for package in fact.value}
        for fact in scan.facts:
            if fact.probe == dpkg.FILE_LIST:
                name = fact.value.name
                package = Package("dpkg", name, versions.get(name, "unknown"))
                yield FileList(package, int(stack.bounds[layer]) + fact.row, tuple(fact.value.lines.splitlines()))


def _python_lists(stack: LayerStack) -> Iterator[FileList]:
    for layer, scan in enumerate(stack.scans):
        names = {_folder(scan.paths[fact.row]): fact.value for fact in scan.facts if fact.probe == python_dist.METADATA}
        for fact in scan.facts:
            if fact.probe != python_dist.RECORD:
                continue
            folder = _folder(scan.paths[fact.row])
            metadata = names.get(folder) or _from_folder(folder)
            package = Package("python", metadata.name, metadata.version)
            site = folder.rpartition(b"/")[0] + b"/"
            paths = tuple(line if line[:1] == b"/" else site + line for line in fact.value.lines.splitlines())
            yield FileList(package, int(stack.bounds[layer]) + fact.row, paths)


def _folder(path: bytes) -> bytes:
    return path.rpartition(b"/")[0]


def _from_folder(folder: bytes) -> python_dist.PythonMetadata:
    name = folder.rpartition(b"/")[2].removesuffix(b".dist-info").decode("utf-8", "replace")
    project, _, version = name.rpartition("-")
    return python_dist.PythonMetadata(project or name, version if project else "unknown")
