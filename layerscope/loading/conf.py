"""The folders that ld.so.conf and what it includes name, as ldconfig reads them (elf/ldconfig.c)."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import translate

from layerscope.layers.names import normalise
from layerscope.loading.paths import RootPaths
from layerscope.probes.ld_so_conf import Directive, LdSoConf

_FIRST = b"etc/ld.so.conf"
_MATCH_STEPS = 10


def conf_folders(confs: Mapping[bytes, LdSoConf], root: RootPaths) -> tuple[bytes, ...]:
    """The folders in order, without links; each file is read once, since what it names is known by then.

    Raises ValueError where that takes too many steps.
    """
    known = _with_links(confs, root)
    folders: dict[bytes, None] = {}
    # What an include names comes in its place: all that is still to be done lies on a stack, what is next on top.
    waiting: list[tuple[bytes, Directive | None]] = [(_FIRST, None)]
    files: set[bytes] = set()
    while waiting:
        path, directive = waiting.pop()
        if directive is None:
            if path in known and path not in files:
                files.add(path)
                waiting += [(path, each) for each in known[path].directives[::-1]]
        elif directive.is_include:
            root.steps.take(_MATCH_STEPS * len(known))
            waiting += [(found, None) for found in sorted(_matching(path, directive.value, known), reverse=True)]
        elif (folder := _folder(directive.value, root)) is not None:
            folders[folder] = None
    return tuple(folders)


def _with_links(confs: Mapping[bytes, LdSoConf], root: RootPaths) -> dict[bytes, LdSoConf]:
    """The files under all names that are likely to be asked for; alternatives put links into ld.so.conf.d."""
    known = dict(confs)
    for link in root.links():
        if link.startswith(_FIRST) or link.endswith(b".conf"):
            end = root.walk(link, b"")
            if end is not None and end in confs:
                known[link] = confs[end]
    return known


def _matching(including: bytes, pattern: str, known: Mapping[bytes, LdSoConf]) -> Iterator[bytes]:
    """The known files that a pattern names, which may be relative to the file that it stands in."""
    whole = as_path(pattern)
    if not whole.startswith(b"/"):
        whole = including.rpartition(b"/")[0] + b"/" + whole
    parts = [_expression(part) for part in normalise(whole).split(b"/")]
    for path in known:
        names = path.split(b"/")
        if len(names) == len(parts) and all(part.match(name) for part, name in zip(parts, names, strict=True)):
            yield path


def _expression(part: bytes) -> re.Pattern[bytes]:
    # Wildcards never stand for the dot that hides a file (glob(7)).
    hidden = b"" if part.startswith(b".") else rb"(?!\.)"
    return re.compile(hidden + translate(part.decode("latin-1")).encode("latin-1"))


def _folder(text: str, root: RootPaths) -> bytes | None:
    return root.walk(as_path(text), b"") if text.startswith("/") else None


def as_path(text: str) -> bytes:
    """A text as the bytes that it was decoded from."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
