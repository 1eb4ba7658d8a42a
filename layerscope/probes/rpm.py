"""rpm's database: the packages of a Red Hat or SUSE image and their files."""

from layerscope.layers.probe import ContentView, PartProbe, Probe
from layerscope.probes.rpm_header import RpmPackage

DATABASE = "rpm-database"
_LIMIT_BYTES = 96 << 20
_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")


def _read(_path: bytes, content: bytes) -> tuple[RpmPackage, ...]:
    # Few images have one; nobody else needs SQLite.
    from layerscope.probes.rpm_sqlite import read_database

    return read_database(content)


def _refuse(_path: bytes, _view: ContentView) -> None:
    raise ValueError("the rpm database is of an older format")


PROBES = (
    Probe(DATABASE, tuple(f"{folder}/rpmdb.sqlite" for folder in _FOLDERS), _LIMIT_BYTES, _read),
    # Berkeley DB and ndb.
    PartProbe(DATABASE, tuple(f"{folder}/Packages{end}" for folder in _FOLDERS for end in ("", ".db")), _refuse, 0),
)
