"""Where dynamic linkers are told to look: ld.so.conf for glibc's (elf/ldconfig.c), ld-musl-*.path for musl's."""

import re

from msgspec import Struct

from layerscope.layers.probe import Probe

LD_SO_CONF, MUSL_PATH = "ld-so-conf", "musl-path"
_LIMIT_BYTES = 64 << 10
_ENTRIES_LIMIT = 1_000
_INCLUDE = re.compile(r"include[ \t](.*)", re.DOTALL)
_HWCAP = re.compile(r"hwcap[ \t]", re.IGNORECASE)
_SPACE = " \t\n\v\f\r"


class Directive(Struct, frozen=True):
    """A folder, or a pattern of further files to be read in its place."""

    value: str
    is_include: bool


class LdSoConf(Struct, frozen=True):
    """The directives of one file, in order."""

    directives: tuple[Directive, ...]


class MuslPath(Struct, frozen=True):
    """The folders that musl searches instead of its own."""

    folders: tuple[str, ...]


def _read_conf(_path: bytes, content: bytes) -> LdSoConf:
    directives: list[Directive] = []
    for line in content.decode("utf-8", "surrogateescape").split("\n"):
        # What follows a NUL is lost on a reader of C strings.
        text = line.partition("\0")[0].partition("#")[0].strip(_SPACE)
        if match := _INCLUDE.match(text):
            directives += (Directive(value, True) for value in re.split(r"[ \t]+", match[1]) if value)
        elif text and not _HWCAP.match(text):
            directives.append(Directive(text, False))
        _check_count(len(directives))
    return LdSoConf(tuple(directives))


def _read_musl(_path: bytes, content: bytes) -> MuslPath:
    text = content.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    folders = tuple(folder for folder in re.split(r"[:\n]", text) if folder)
    _check_count(len(folders))
    return MuslPath(folders)


def _check_count(count: int) -> None:
    if count > _ENTRIES_LIMIT:
        raise ValueError(f"it names over {_ENTRIES_LIMIT} folders")


PROBES = (
    Probe(LD_SO_CONF, ("etc/ld.so.conf", "etc/ld.so.conf.d/**/*", "**/ld.so.conf"), _LIMIT_BYTES, _read_conf),
    Probe(MUSL_PATH, ("etc/ld-musl-*.path",), _LIMIT_BYTES, _read_musl),
)
