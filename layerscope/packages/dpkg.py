"""dpkg's packages: their files in each layer, and which are installed in the end."""

from collections.abc import Iterator

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList, Package
from layerscope.packages.diversions import divert
from layerscope.packages.facts import facts_of, visible_facts
from layerscope.probes import apt_extended_states, dpkg


def dpkg_lists(stack: LayerStack) -> Iterator[FileList]:
    """Each package's files, as the layer that wrote its list has them, with the version of that layer's status."""
    return divert(stack, _lists(stack))


def installed_packages(stack: LayerStack) -> tuple[dpkg.DpkgPackage, ...]:
    """The packages of the final root file system."""
    return tuple(
        package for _, _, packages in visible_facts(stack, dpkg.STATUS) for package in packages if package.is_installed
    )


def auto_installed(stack: LayerStack) -> tuple[apt_extended_states.AutoInstalled, ...] | None:
    """What apt installed for other packages' sake; None where it has left no word."""
    found = [value for _, _, value in visible_facts(stack, apt_extended_states.AUTO_INSTALLED)]
    return found[-1] if found else None


def _lists(stack: LayerStack) -> Iterator[FileList]:
    versions: dict[str, str] = {}
    names: dict[bytes, str] = {}
    for layer in range(len(stack.scans)):
        for _, path, packages in facts_of(stack, layer, dpkg.STATUS):
            versions |= {package.name: package.version for package in packages}
            if packages:
                names[path] = packages[0].name
        for row, path, value in facts_of(stack, layer, dpkg.FILE_LIST):
            # Distroless images keep a package's checksums beside its status, whose file may have any name.
            name = names.get(path.removesuffix(b".md5sums"), value.name)
            yield FileList(Package("dpkg", name, versions.get(name, "unknown")), row, tuple(value.lines.split(b"\n")))
