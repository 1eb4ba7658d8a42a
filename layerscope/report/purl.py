"""Package URLs: a package's name as scanners and registries know it (ECMA-427)."""

from packageurl import PackageURL

from layerscope.index.owners import Package
from layerscope.probes.os_release import OsRelease
from layerscope.units import safe_text

_TYPES = {"dpkg": "deb", "rpm": "rpm", "apk": "apk", "python": "pypi", "conda": "conda"}
_OF_SYSTEM = frozenset(("deb", "rpm", "apk"))
_UNKNOWN_VERSION = "unknown"


def package_purl(package: Package, system: OsRelease | None) -> PackageURL | None:
    """A package's purl, None where its manager has no type or its name is none that a package could have.

    Packages of an operating system are in the namespace that os-release names, and say which version of it.
    """
    kind = _TYPES.get(package.manager)
    names = f"{package.name}{package.version}"
    if kind is None or not package.name or safe_text(names) != names or not names.isprintable():
        return None
    version = known_version(package)
    namespace, qualifiers = None, {}
    if kind in _OF_SYSTEM and system is not None and safe_text(system.id) == system.id:
        namespace = system.id
        qualifiers["distro"] = f"{system.id}-{safe_text(system.version_id)}" if system.version_id else system.id
    if kind == "rpm" and version and ":" in version:
        qualifiers["epoch"], _, version = version.partition(":")
    try:
        return PackageURL(kind, namespace, package.name, version, qualifiers or None)
    except ValueError:
        return None


def known_version(package: Package) -> str | None:
    """A package's version, None where its manager's database gives none."""
    return package.version if package.version not in ("", _UNKNOWN_VERSION) else None
