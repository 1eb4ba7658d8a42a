"""Scans that are known from earlier runs: found by what vouches for their bytes, and kept for later ones.

A layer is kept under its diff ID only where that was computed from its bytes. What an archive claims is never believed:
a part of a file is known by the file's identity, a blob by its digest where its keeper finds it by that.
"""

import threading
from collections.abc import Sequence
from typing import Any, TypeVar

from blake3 import blake3

from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.blob.file import FilePart
from layerscope.cache.container import pack, unpack
from layerscope.cache.folder import CacheFolder
from layerscope.cache.records import KeptBlob, KeptContents, KeptPart, blob_digest, split
from layerscope.cache.version import scanner_version
from layerscope.codec.arrays import ENTRY_LIMIT
from layerscope.errors import LimitExceeded, MalformedImage, SourceUnavailable
from layerscope.layers.scan import LayerScan
from layerscope.oci.digest import Digest
from layerscope.oci.media_type import labelled_compression
from layerscope.sources.source import Blob, ContentAddressed

_Record = TypeVar("_Record")


class ScanCache:
    """What a run asks for scans before it makes them; may be used from several threads.

    Nothing that goes wrong with it is an error of the run: `problem` says why nothing more is kept.
    """

    def __init__(self, folder: CacheFolder, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        # Scans are held as long as their ids are keys.
        self._keys: dict[int, tuple[LayerScan, str]] = {}
        self._found: set[int] = set()
        self._has_written = False
        self.problem: str | None = None

    def close(self) -> None:
        """Bring the folder back within its limit, and give it back."""
        try:
            if self._has_written:
                self._folder.prune(self._limit_bytes)
        except SourceUnavailable as error:
            self._give_up(str(error))
        finally:
            self._folder.close()

    def has(self, blob: Blob) -> bool:
        """Whether there is a record of the part of a file that a blob is; nothing is read for that."""
        return isinstance(blob.origin, FilePart) and self._folder.has(_file_name(_part_key(blob.origin)))

    def find(self, blob: Blob) -> LayerScan | None:
        """The scan of a blob, without reading it; None where it has to be read."""
        if isinstance(blob.origin, FilePart):
            return self._find_part(blob.origin, blob)
        if isinstance(blob.origin, ContentAddressed) and isinstance(blob.access, StreamAccess) and blob.access.digest:
            return self.known_layer(blob.access.digest, promised=blob.access.digest, media_type=blob.access.media_type)
        return None

    def known_layer(self, digest: Digest, *, promised: Digest | None, media_type: str | None) -> LayerScan | None:
        """The scan of the blob with a digest, if both its digests were computed when it was read.

        It is as it was made where `promised` and `media_type` described the blob.
        """
        blob = self.read(f"blob {digest}", KeptBlob)
        if blob is None or labelled_compression(media_type) not in {None, blob.compression}:
            return None
        layer = self.read(f"layer {blob.diff_id}", LayerScan)
        if layer is None:
            return None
        return self._as_found(blob.join(layer, promised), f"blob {digest}")

    def keep(self, blob: Blob, scan: LayerScan) -> None:
        """Keep the scan of a blob that was read, unless it is damaged or something is odd about how it is labelled."""
        if scan.damage is not None or len(scan) > ENTRY_LIMIT:
            return
        part = blob.origin if isinstance(blob.origin, FilePart) else None
        if isinstance(blob.access, SeekAccess):
            if part is not None:
                self.write(_part_key(part), KeptPart(scan))
                self._note(scan, _part_key(part))
            return
        digest = blob_digest(scan)
        if digest is None or labelled_compression(blob.access.media_type) not in {None, scan.compression}:
            return
        self._keep_verified(scan, digest)
        if part is not None:
            self.write(_part_key(part), KeptPart(None, digest, blob.access.digest))

    def has_found(self, scan: LayerScan) -> bool:
        """Whether a scan comes from an earlier run."""
        return id(scan) in self._found

    def contents(self, scans: Sequence[LayerScan]) -> KeptContents | None:
        """What was found out of the contents of exactly these layers."""
        key = self._contents_key(scans)
        return self.read(key, KeptContents) if key else None

    def keep_contents(self, scans: Sequence[LayerScan], contents: KeptContents) -> None:
        """Keep what was found out of the contents of layers, if all of them are known themselves."""
        if key := self._contents_key(scans):
            self.write(key, contents)

    def _find_part(self, part: FilePart, blob: Blob) -> LayerScan | None:
        known = self.read(_part_key(part), KeptPart)
        if known is None:
            return None
        if isinstance(blob.access, SeekAccess):
            return self._as_found(known.scan, _part_key(part)) if known.scan is not None else None
        promised, media_type = blob.access.digest, blob.access.media_type
        if known.blob is None or known.promised != promised:
            return None
        return self.known_layer(known.blob, promised=promised, media_type=media_type)

    def _keep_verified(self, scan: LayerScan, digest: Digest) -> None:
        if scan.diff_id is None:
            return
        layer, blob = split(scan, scan.diff_id)
        self.write(f"layer {scan.diff_id}", layer)
        self.write(f"blob {digest}", blob)
        self._note(scan, f"blob {digest}")

    def _contents_key(self, scans: Sequence[LayerScan]) -> str | None:
        keys = [self._keys.get(id(scan), (scan, ""))[1] for scan in scans]
        return f"contents {keys}" if all(keys) else None

    def _note(self, scan: LayerScan, key: str) -> None:
        self._keys[id(scan)] = (scan, key)

    def _as_found(self, scan: LayerScan, key: str) -> LayerScan:
        self._note(scan, key)
        self._found.add(id(scan))
        return scan

    def read(self, key: str, kind: type[_Record]) -> _Record | None:
        """The record of a key, None where there is none."""
        name = _file_name(key)
        content = self._folder.read(name)
        if content is None:
            return None
        try:
            record: _Record = unpack(content, key, kind)
        except (MalformedImage, LimitExceeded):
            # So that it is written anew.
            self._folder.remove(name)
            return None
        return record

    def write(self, key: str, record: Any) -> None:
        """Keep a record, unless there is one of that key."""
        name = _file_name(key)
        if self.problem is not None or self._folder.has(name):
            return
        try:
            content = pack(key, record)
            if len(content) <= self._limit_bytes:
                self._folder.write(name, content)
                self._has_written = True
        except LimitExceeded:
            return
        except SourceUnavailable as error:
            self._give_up(str(error))

    def _give_up(self, problem: str) -> None:
        with self._lock:
            self.problem = self.problem or problem


def _part_key(part: FilePart) -> str:
    return f"part {part}"


def _file_name(key: str) -> str:
    """A name that says what kind of record it is, and which scanner made it."""
    return f"{key.partition(' ')[0]}-{blake3(key.encode()).hexdigest(length=16)}.{scanner_version()}"
