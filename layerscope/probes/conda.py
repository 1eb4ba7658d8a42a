"""What conda, mamba and pixi say of each package of an environment: one JSON file in its `conda-meta` folder.

The fields are those of conda's `PrefixRecord` (conda/models/records.py).
"""

import json
from typing import Any

from msgspec import Struct

from layerscope.layers.probe import Probe

PACKAGE = "conda-package"
_LIMIT_BYTES = 64 << 20
# A package of 100,000 files has some 800,000 values, nearly all of them in as many small objects.
_VALUE_LIMIT = 1_000_000
_OBJECT_LIMIT = 500_000
# Beyond this, text that is not plain could take four times the memory.
_WIDE_LIMIT_BYTES = 8 << 20
_LINK_TYPES = {1: "hardlink", 2: "softlink", 3: "copy", 4: "directory"}
_KEPT = frozenset(("name", "version", "build", "size", "files", "link", "extracted_package_dir"))


class CondaPackage(Struct, frozen=True):
    """One package of an environment.

    `archive_bytes` is the size of what was downloaded. `lines` are the files' paths relative to the environment, one a
    line; `link_type` says how they came from `cache_folder`, the package unpacked in conda's cache.
    """

    name: str
    version: str
    build: str
    archive_bytes: int | None
    link_type: str
    cache_folder: str
    lines: bytes


def _read(_path: bytes, content: bytes) -> CondaPackage:
    document = _parse(content)
    if not isinstance(document, dict) or not all(_text(document, key) for key in ("name", "version")):
        raise ValueError("it has no name or no version")
    size = document.get("size")
    link = document.get("link")
    link_type = link.get("type") if isinstance(link, dict) else None
    return CondaPackage(
        _text(document, "name"),
        _text(document, "version"),
        _text(document, "build"),
        size if type(size) is int and 0 <= size < 1 << 60 else None,
        _LINK_TYPES.get(link_type, "") if type(link_type) is int else "",
        _text(document, "extracted_package_dir"),
        _lines(document.get("files")),
    )


def _parse(content: bytes) -> Any:
    """The document without the objects that say more about each file; memory stays near the content's size."""
    if content.count(b",") > _VALUE_LIMIT or content.count(b"{") + content.count(b"[") > _OBJECT_LIMIT:
        raise ValueError("it has too many values")
    if len(content) > _WIDE_LIMIT_BYTES and (not content.isascii() or b"\\u" in content):
        raise ValueError(f"it is over {_WIDE_LIMIT_BYTES} bytes and not plain ASCII")
    try:
        return json.loads(content, object_pairs_hook=_keep)
    except (RecursionError, MemoryError) as error:
        raise ValueError("it is nested too deeply or too big") from error


def _keep(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    kept = {key: value for key, value in pairs if key in _KEPT or key == "type"}
    return kept or None


def _text(document: dict[str, Any], key: str) -> str:
    """A text that can be written as UTF-8: JSON's escapes may be halves of a character."""
    value = document.get(key)
    return value[:4_096].encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _lines(files: Any) -> bytes:
    if not isinstance(files, list):
        return b""
    names = (name.encode("utf-8", "surrogatepass") for name in files if isinstance(name, str))
    return b"\n".join(name for name in names if b"\n" not in name)


PROBES = (Probe(PACKAGE, ("**/conda-meta/*.json",), _LIMIT_BYTES, _read),)
