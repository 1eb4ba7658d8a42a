"""What apt installed by itself, for another package's sake (apt-mark(8); deb822(5))."""

import re
from collections.abc import Iterator

from msgspec import Struct

from layerscope.layers.probe import Probe

AUTO_INSTALLED = "apt-auto-installed"
_PACKAGE_LIMIT = 100_000
_LINE = re.compile(
    rb"^(Package|Architecture|Auto-Installed)[ \t]*:[ \t]*([^\n]*)|^[ \t]*\n", re.MULTILINE | re.IGNORECASE
)


class AutoInstalled(Struct, frozen=True, order=True):
    """A package that nobody asked for by name; `architecture` is the system's for one that suits all."""

    name: str
    architecture: str


def _read(_path: bytes, content: bytes) -> tuple[AutoInstalled, ...]:
    found = set()
    for fields in _paragraphs(content.replace(b"\r\n", b"\n")):
        if fields.get(b"auto-installed") == "1" and fields.get(b"package"):
            found.add(AutoInstalled(fields[b"package"], fields.get(b"architecture", "")))
        if len(found) > _PACKAGE_LIMIT:
            raise ValueError(f"it names over {_PACKAGE_LIMIT} packages")
    return tuple(sorted(found))


def _paragraphs(content: bytes) -> Iterator[dict[bytes, str]]:
    fields: dict[bytes, str] = {}
    for match in _LINE.finditer(content):
        if match[1] is None:
            yield fields
            fields = {}
        else:
            fields[match[1].lower()] = match[2].strip().decode("utf-8", "replace")
    yield fields


PROBES = (Probe(AUTO_INSTALLED, ("var/lib/apt/extended_states",), 8 << 20, _read),)
