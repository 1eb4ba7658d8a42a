"""Models that are zip archives, told apart by the names of their members (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16)."""

import struct
from collections.abc import Iterator

from layerscope.probes.model_fact import Ends, ModelFile

MAGIC = b"PK\x03\x04"
_ENTRY, _ENTRY_BYTES = b"PK\x01\x02", 46
_END, _END_BYTES = b"PK\x05\x06", 22
_EXPORTED = {"archive_format", "serialized_exported_program.json"}


def read_zip(ends: Ends) -> ModelFile | None:
    """Which kind of model an archive is, None for any other archive."""
    names = {_first_name(ends.head), *_last_names(ends.tail)}
    # PyTorch puts all members into one folder, whose name is free.
    inner = {name.partition("/")[2] for name in names}
    if _EXPORTED & (inner | names):
        return ModelFile("torch-export")
    if "constants.pkl" in inner:
        return ModelFile("torchscript")
    if "data.pkl" in inner:
        return ModelFile("torch")
    if "config.json" in names and "metadata.json" in names:
        return ModelFile("keras")
    if "MAR-INF/MANIFEST.json" in names:
        return ModelFile("torchserve")
    if all(name.endswith(".npy") for name in names):
        return ModelFile("npz", is_weights=False)
    return None


def _first_name(head: bytes) -> str:
    """The name in the first local header."""
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].decode("utf-8", "replace")


def _last_names(tail: bytes) -> Iterator[str]:
    """The names in the central directory, or in its last part where it is long."""
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        raise ValueError("the archive has no end, so it is not all there")
    # The directory is followed by its end, or before that by the two records of zip64, which hold its size again.
    (directory_bytes,) = struct.unpack_from("<I", tail, end + 12)
    if tail[end - 20 : end - 16] == b"PK\x06\x07":
        end -= 76
    start = end - directory_bytes
    position = start if start >= 0 else tail.find(_ENTRY)
    while 0 <= position <= end - _ENTRY_BYTES and tail.startswith(_ENTRY, position):
        lengths = struct.unpack_from("<3H", tail, position + 28)
        name_start = position + _ENTRY_BYTES
        yield tail[name_start : name_start + lengths[0]].decode("utf-8", "replace")
        position = name_start + sum(lengths)
