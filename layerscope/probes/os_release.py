"""The operating system's name, as it introduces itself (os-release(5))."""

import re

from msgspec import Struct

from layerscope.layers.probe import Probe

OS_RELEASE = "os-release"
_LIMIT_BYTES = 64 << 10
_VALUE_LIMIT = 256
_LINE = re.compile(r"^[ \t]*(ID|ID_LIKE|VERSION_ID|VERSION_CODENAME|PRETTY_NAME)=(.*)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.)")


class OsRelease(Struct, frozen=True):
    """What an os-release file says; empty where it says nothing. `id` defaults to linux."""

    id: str
    version_id: str
    id_like: str
    version_codename: str
    pretty_name: str


def _read(_path: bytes, content: bytes) -> OsRelease:
    if b"\0" in content:
        raise ValueError("it is no text")
    found = {match[1]: _value(match[2]) for match in _LINE.finditer(content.decode("utf-8", "replace"))}
    if not found:
        raise ValueError("it names no operating system")
    return OsRelease(
        found.get("ID") or "linux",
        found.get("VERSION_ID", ""),
        found.get("ID_LIKE", ""),
        found.get("VERSION_CODENAME", ""),
        found.get("PRETTY_NAME", ""),
    )


def _value(text: str) -> str:
    """A value without the quotes and backslashes of a shell's assignment."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        text = text[1 : -1 if len(text) > 1 and text[-1] == text[0] else None]
    return _ESCAPE.sub(r"\1", text)[:_VALUE_LIMIT]


PROBES = (Probe(OS_RELEASE, ("etc/os-release", "usr/lib/os-release"), _LIMIT_BYTES, _read),)
