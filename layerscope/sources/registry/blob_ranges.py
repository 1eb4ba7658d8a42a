"""A blob in a registry, read in parts: only those that are asked for are sent."""

from layerscope.errors import MalformedImage, SourceUnavailable
from layerscope.oci.descriptor import Descriptor
from layerscope.sources.registry.answer import read_document, sent_range
from layerscope.sources.registry.client import RegistryClient
from layerscope.sources.registry.transport import ConnectionLost

# A longer part comes in several answers, each of them bounded in time.
_PIECE_BYTES = 4 << 20


class BlobRanges:
    """A RangeReader of a blob; nothing of it is checked against its digest."""

    def __init__(self, client: RegistryClient, descriptor: Descriptor, what: str) -> None:
        self._client = client
        self._descriptor = descriptor
        self._what = what

    @property
    def size_bytes(self) -> int:
        """How long the manifest says that it is."""
        return self._descriptor.size_bytes

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end; raises ImageNotFound, SourceUnavailable and kin."""
        end = min(offset_bytes + size_bytes, self.size_bytes)
        starts = range(offset_bytes, end, _PIECE_BYTES)
        return b"".join(self._read(start, min(start + _PIECE_BYTES, end)) for start in starts)

    def _read(self, start: int, end: int) -> bytes:
        client = self._client
        for number in range(1, client.options.tries + 1):
            try:
                return self._ask(start, end)
            except ConnectionLost as lost:
                if number == client.options.tries:
                    raise client.lost(lost) from lost
                client.wait(number)
        raise AssertionError("the last try either returns or raises")

    def _ask(self, start: int, end: int) -> bytes:
        client = self._client
        headers = {"Range": f"bytes={start}-{end - 1}"}
        response = client.get(f"blobs/{self._descriptor.digest}", self._what, headers)
        if response.status != 206:
            response.close()
            raise self._refused(response.status)
        if sent_range(response) not in {(start, end - 1, self.size_bytes), (start, end - 1, None)}:
            response.close()
            raise MalformedImage(f"The registry {client.host} sends another part of {self._what} than was asked for.")
        content = read_document(response, client.host, end - start, client.options)
        if len(content) < end - start:
            raise ConnectionLost("a part of a blob ended too early")
        return content[: end - start]

    def _refused(self, status: int) -> SourceUnavailable:
        if status == 200:
            return SourceUnavailable(f"The registry {self._client.host} sends no parts of blobs.")
        return SourceUnavailable(f"The registry {self._client.host} has no such part of {self._what} (HTTP {status}).")
