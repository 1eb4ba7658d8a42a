"""OCI layouts in which one document is another one, and every digest above it fits; tables of contents of layers."""

import hashlib
import json
import random
from functools import cache
from typing import Any

from layerscope.errors import LayerscopeError
from tests.fuzzing.mutate import change_json
from tests.fuzzing.seeds import SMALL_LAYERS
from tests.images import directory, file, hardlink, layer, oci_archive, oci_layout, symlink, whiteout
from tests.oci.provenances import V02, V1, predicate
from tests.tables.lazy import chunked_entries
from tests.tables.test_hostile import hand_made_stargz

LISTED = layer(
    directory("d", uid=7),
    file("d/a", b"content", mode=0o4755, xattrs=(("user.note", "n"),)),
    hardlink("d/b", "d/a"),
    symlink("l", "d"),
    whiteout("gone"),
)
DOCKERFILE = b"FROM base\nRUN one\nRUN two\n"


def mutated_layout(rng: random.Random) -> bytes:
    """An index, a manifest, a configuration or an attestation has other values; all that names it is changed, too."""
    files = _layout(rng.choice((V02, V1)))
    path = rng.choice([path for path, content in files.items() if content[:1] == b"{"])
    return oci_archive(with_document(files, path, change_json(files[path], rng)))


@cache
def _layout(kind: str) -> dict[str, bytes]:
    def attest(digests: list[str]) -> tuple[str, Any]:
        return kind, predicate(DOCKERFILE, digests, {1: (2, 2)}, kind=kind)

    history = [{"created_by": "RUN one"}, {"created_by": "RUN two"}]
    return oci_layout(
        SMALL_LAYERS, compression="none", attestation=True, nested=True, predicate=attest, history=history
    )


def with_document(files: dict[str, bytes], path: str, content: bytes) -> dict[str, bytes]:
    """The layout with other bytes at a path; what names a blob by its digest names the new one."""
    if not path.startswith("blobs/"):
        return files | {path: content}
    old, new = path.rpartition("/")[2], hashlib.sha256(content).hexdigest()
    kept = {name: item for name, item in files.items() if name != path} | {f"blobs/sha256/{new}": content}
    # What names the blob may be named itself, so that its own name changes with it.
    while name := next((name for name, item in kept.items() if item[:1] == b"{" and old.encode() in item), None):
        document = _renamed(json.loads(kept[name]), f"sha256:{old}", f"sha256:{new}", len(content))
        kept = with_document(kept, name, json.dumps(document).encode())
    return kept


def _renamed(value: Any, old: str, new: str, size_bytes: int) -> Any:
    """A document in which a digest is another one, with the size beside it."""
    if isinstance(value, list):
        return [_renamed(item, old, new, size_bytes) for item in value]
    if isinstance(value, dict):
        size = {"size": size_bytes} if value.get("digest") == old and "size" in value else {}
        return {name: _renamed(item, old, new, size_bytes) for name, item in value.items()} | size
    return new if value == old else value


def mutated_table(rng: random.Random) -> bytes:
    """A layer's table of contents with other values."""
    return change_json(json.dumps({"version": 1, "entries": chunked_entries(LISTED)}).encode(), rng)


def read_table(content: bytes) -> None:
    """A table of contents becomes a scan, or one of our errors."""
    try:
        hand_made_stargz(content).read()
    except LayerscopeError:
        return
