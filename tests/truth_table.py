"""The truth table of byte attribution: small images and what has to come out, as data for several tests.

1 MB is 1,000,000 bytes. Each image but the empty one starts with a 5 MB base layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.images import Item, directory, file, hardlink, whiteout
from tests.images import opaque as opaque_whiteout

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One image and its figures; `causes` splits the superseded bytes."""

    name: str
    layers: tuple[tuple[Item, ...], ...]
    stored_bytes: int
    superseded_bytes: int
    duplicate_bytes: int
    causes: Mapping[str, int]


def content(pattern: str, megabytes: int = 1) -> bytes:
    """Return contents that differ with their pattern, one letter."""
    return pattern.encode() * (megabytes * MB)


A, B, C = content("a"), content("b"), content("c")
BASE: tuple[Item, ...] = (directory("base"), file("base/system", content("0", 5)))
ONE_FILE: tuple[Item, ...] = (file("f", A),)
TWO_NAMES: tuple[Item, ...] = (file("f", A), hardlink("g", "f"))
IN_DIRECTORY: tuple[Item, ...] = (directory("d"), file("d/f", A))


def row(
    name: str,
    *layers: tuple[Item, ...],
    stored: int,
    duplicate: int = 0,
    **causes: int,
) -> Row:
    """Return a row of an image above the base layer; its figures are in MB, causes with "_" for "-"."""
    superseded = {cause.replace("_", "-"): megabytes * MB for cause, megabytes in causes.items()}
    return Row(
        name,
        (BASE, *layers),
        stored_bytes=stored * MB,
        superseded_bytes=sum(superseded.values()),
        duplicate_bytes=duplicate * MB,
        causes=superseded,
    )


TRUTH_TABLE: tuple[Row, ...] = (
    row("overwrite with the same bytes, other mode", ONE_FILE, (file("f", A, mode=0o755),), stored=7, metadata_only=1),
    row("overwrite with the same bytes, same metadata", ONE_FILE, (file("f", A),), stored=7, rewritten_identical=1),
    row("overwrite with other bytes", ONE_FILE, (file("f", B),), stored=7, overwritten=1),
    row("same path written three times", ONE_FILE, (file("f", B),), (file("f", C),), stored=8, overwritten=2),
    row("write, delete, write again", ONE_FILE, (whiteout("f"),), ONE_FILE, stored=7, deleted=1),
    row("file deleted later", ONE_FILE, (whiteout("f"),), stored=6, deleted=1),
    row("moved to another path in a later layer", ONE_FILE, (whiteout("f"), file("g", A)), stored=7, deleted=1),
    row(
        "directory of two files deleted",
        (directory("d"), file("d/f", A), file("d/g", B)),
        (whiteout("d"),),
        stored=7,
        deleted_with_directory=2,
    ),
    row("directory made opaque", IN_DIRECTORY, (directory("d"), opaque_whiteout("d")), stored=6, opaque=1),
    row(
        "directory deleted and re-made in the same layer",
        IN_DIRECTORY,
        (whiteout("d"), directory("d"), file("d/g", B)),
        stored=7,
        deleted_with_directory=1,
    ),
    row(
        "directory re-made before its whiteout in the same layer",
        IN_DIRECTORY,
        (directory("d"), file("d/g", B), whiteout("d")),
        stored=7,
        deleted_with_directory=1,
    ),
    row("directory replaced by a file", IN_DIRECTORY, (file("d"),), stored=6, replaced_by_other_type=1),
    row("file replaced by a directory", ONE_FILE, (directory("f"),), stored=6, replaced_by_other_type=1),
    row(
        "whiteout of a path that does not exist, then an overwrite",
        ONE_FILE,
        (whiteout("missing"),),
        (file("f", B),),
        stored=7,
        overwritten=1,
    ),
    row("one of two hard-linked names deleted", TWO_NAMES, (whiteout("g"),), stored=6),
    row("the data's own of two hard-linked names deleted", TWO_NAMES, (whiteout("f"),), stored=6),
    row("one of two hard-linked names rewritten, same bytes", TWO_NAMES, (file("g", A),), stored=7, duplicate=1),
    row(
        "both hard-linked names rewritten, linked again",
        TWO_NAMES,
        (file("f", A, mode=0o755), hardlink("g", "f")),
        stored=7,
        metadata_only=1,
    ),
    row(
        "both hard-linked names rewritten, other bytes",
        TWO_NAMES,
        (file("f", B), file("g", C)),
        stored=8,
        overwritten=1,
    ),
    row("plain hard link", TWO_NAMES, stored=6),
    row("same bytes at two paths, two layers", ONE_FILE, (file("g", A),), stored=7, duplicate=1),
    row("same bytes at two paths, one layer", (file("f", A), file("g", A)), stored=7, duplicate=1),
    row("same path twice in one layer", (file("f", A), file("f", B)), stored=7, repeated_in_layer=1),
    # One layer, listed twice: one blob on the wire.
    row("same layer blob listed twice", ONE_FILE, ONE_FILE, stored=7, rewritten_identical=1),
    row("one layer only", stored=5),
    Row("an empty image", (), stored_bytes=0, superseded_bytes=0, duplicate_bytes=0, causes={}),
)
