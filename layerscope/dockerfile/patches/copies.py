"""COPY taken apart: what it copies, and where each of its sources comes to lie."""

import posixpath
import re

from msgspec import Struct

from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.site import Refusal, Site
from layerscope.dockerfile.words import split_words, unquote

_FILE = re.compile(r"[^/]+\.(?:whl|gz|bz2|xz|zst|tgz|zip|tar|txt|toml|lock|json|ya?ml|cfg|ini|sh|py|deb|rpm|bin)$")
_ALL_OF_A_FOLDER = re.compile(r"(?P<folder>[^*?\[]+)/\*(?:\.\w+)?$")
_WHOLE = frozenset((".", "./", "*", "./*", "/"))


class Copied(Struct, frozen=True):
    """One source of a COPY: its path in the context or the stage, and the absolute path that it has in the image."""

    source: str
    target: str
    is_file: bool


def target_of(site: Site, item: Instruction) -> str | None:
    """The absolute path that a COPY writes to; None where a variable or an unknown folder is in it."""
    words = _words(item)
    if len(words) < 2 or any("$" in word for word in words):
        return None
    if words[-1].startswith("/"):
        return posixpath.normpath(words[-1])
    folder = site.folder(item)
    return posixpath.normpath(posixpath.join(folder, words[-1])) if folder else None


def read_copies(site: Site, item: Instruction) -> tuple[Copied, ...] | Refusal:
    """What each source becomes, or why that is not certain."""
    line = item.span.first
    if item.keyword != "COPY" or item.heredocs:
        return Refusal(f"line {line} is no COPY of files")
    if any(flag.partition("=")[0] not in ("--from", "--chown", "--link") for flag in item.flags):
        return Refusal(f"COPY on line {line} has options that no mount has")
    words, target = _words(item), target_of(site, item)
    if target is None:
        return Refusal(f"it is not certain where COPY on line {line} copies to")
    found = [_copied(source, words[-1], target) for source in words[:-1]]
    known = tuple(one for one in found if one is not None)
    if len(known) < len(found) or (len(known) > 1 and not all(one.is_file for one in known)):
        return Refusal(f"it is not certain whether COPY on line {line} copies files or folders")
    return known


def _copied(source: str, written: str, target: str) -> Copied | None:
    is_file = _FILE.match(source.rpartition("/")[2]) is not None
    if source in _WHOLE or (target == "/" and not is_file):
        return None
    if match := _ALL_OF_A_FOLDER.match(source):
        return Copied(match["folder"], target, is_file=False)
    if any(letter in source for letter in "*?["):
        return None
    if is_file:
        is_folder = written.endswith("/") or written in (".", "..")
        return Copied(source, posixpath.join(target, source.rpartition("/")[2]) if is_folder else target, is_file=True)
    is_folder = source.endswith("/") or "." not in source.rpartition("/")[2]
    return Copied(source.rstrip("/"), target, is_file=False) if is_folder else None


def _words(item: Instruction) -> list[str]:
    return list(item.exec_form) if item.exec_form else [unquote(word.text) for word in split_words(item.arguments)]
