"""A blob that passes by once, taken up where the connection broke."""

import time
from collections.abc import Mapping

from layerscope.errors import DigestMismatch, ImageNotFound, SourceUnavailable
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.media_type import is_foreign
from layerscope.sources.registry.answer import read_piece, sent_range
from layerscope.sources.registry.client import RegistryClient
from layerscope.sources.registry.transport import ConnectionLost, Response

_PIECE_BYTES = 1 << 18
# Breaks of the connection are counted anew after so many bytes.
_PROGRESS_BYTES = 1 << 20
_SLOWEST_BYTES_PER_SECOND = 1_000


class BlobStream:
    """A blob's bytes in order, exactly as many as its descriptor says.

    After a break the rest is asked for by Range. A registry that does not give ranges sends all again, and what had
    come before is passed over: the digest, computed over what was handed out, tells whether both parts belong together.
    """

    def __init__(self, client: RegistryClient, descriptor: Descriptor, what: str) -> None:
        self._client = client
        self._descriptor = descriptor
        self._what = what
        self._response: Response | None = None
        self._position = 0
        self._skip_bytes = 0
        self._breaks = 0
        self._broken_at = 0
        self._restarts = 0
        self._has_ranges = True
        self._pace_seconds = 0.0
        self._pace_bytes = 0

    def read(self, size_bytes: int, /) -> bytes:
        """That many bytes, fewer only at the end; raises DigestMismatch, ImageNotFound and SourceUnavailable.

        Never fewer because the network brought no more yet: shares of the wire are measured between two reads, and are
        to be the same every time.
        """
        missing = min(size_bytes, self._descriptor.size_bytes - self._position)
        parts = [self._some(missing)]
        while missing := missing - len(parts[-1]):
            parts.append(self._some(missing))
        return b"".join(parts)

    def close(self) -> None:
        """End the connection of a blob that nobody reads on."""
        if self._response is not None:
            self._response.close()
            self._response = None

    def _some(self, size_bytes: int) -> bytes:
        """At most that many bytes, and at least one unless none are wanted: then the end is looked for."""
        while True:
            try:
                piece = self._piece(min(size_bytes, _PIECE_BYTES))
            except ConnectionLost as lost:
                self._note_break(lost)
            else:
                self._position += len(piece)
                return piece

    def _piece(self, size_bytes: int) -> bytes:
        if self._response is None:
            self._response = self._open()
        if not size_bytes:
            self._finish(self._response)
            return b""
        while self._skip_bytes:
            self._skip_bytes -= len(self._take(self._response, min(self._skip_bytes, _PIECE_BYTES)))
        return self._take(self._response, size_bytes)

    def _take(self, response: Response, size_bytes: int) -> bytes:
        begin_seconds = time.monotonic()
        piece = read_piece(response, self._client.host, size_bytes, self._client.options)
        if not piece:
            raise ConnectionLost("a blob ended too early")
        self._check_pace(len(piece), time.monotonic() - begin_seconds)
        return piece

    def _check_pace(self, count_bytes: int, waited_seconds: float) -> None:
        """Take a blob that only trickles as broken; time-outs of sockets begin anew with every byte."""
        silence_seconds = self._client.options.silence_seconds
        self._pace_bytes += count_bytes
        self._pace_seconds += waited_seconds
        if self._pace_bytes >= _SLOWEST_BYTES_PER_SECOND * silence_seconds:
            self._pace_bytes, self._pace_seconds = 0, 0.0
        elif self._pace_seconds > silence_seconds:
            raise ConnectionLost("a blob trickles")

    def _open(self) -> Response:
        """Ask for the rest of the blob, and for all of it where ranges do not work."""
        self._pace_bytes, self._pace_seconds = 0, 0.0
        if self._position and self._has_ranges:
            response = self._get({"Range": f"bytes={self._position}-"})
            if response.status == 206 and self._is_rest(response):
                self._skip_bytes = 0
                return response
            self._has_ranges = False
            if response.status == 200:
                return self._from_start(response)
            response.close()
        return self._from_start(self._get({}))

    def _get(self, headers: Mapping[str, str]) -> Response:
        try:
            return self._client.get(f"blobs/{self._descriptor.digest}", self._what, headers)
        except ImageNotFound as error:
            if not is_foreign(self._descriptor.media_type):
                raise
            raise ImageNotFound(
                f"{error.problem} Its manifest says that it lies elsewhere, and no other host is asked for it.",
                hint="Push the image with its foreign layers.",
            ) from error

    def _from_start(self, response: Response) -> Response:
        if response.status != 200:
            status = response.status
            response.close()
            raise SourceUnavailable(
                f"The registry {self._client.host} answers a request for {self._what} with a part of it "
                f"(HTTP {status}).",
                hint="Report it to whoever runs the registry.",
            )
        length = response.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length[:19]) != self._descriptor.size_bytes:
            response.close()
            raise self._wrong_size(f"{length[:19]} bytes")
        self._skip_bytes = self._position
        if self._position:
            self._restarts += 1
        return response

    def _is_rest(self, response: Response) -> bool:
        size = self._descriptor.size_bytes
        return sent_range(response) in {(self._position, size - 1, size), (self._position, size - 1, None)}

    def _finish(self, response: Response) -> None:
        """End the blob; raises DigestMismatch if it goes on."""
        rest = read_piece(response, self._client.host, 1, self._client.options)
        if rest:
            response.close()
            raise self._wrong_size("more bytes")
        response.release_conn()

    def _wrong_size(self, found: str) -> DigestMismatch:
        return DigestMismatch(
            f"{self._what[:1].upper()}{self._what[1:]} has {found}; its manifest says {self._descriptor.size_bytes}.",
            hint="The registry holds another blob than was pushed, or a proxy changed it.",
        )

    def _note_break(self, lost: ConnectionLost) -> None:
        """Get ready for another try; raises SourceUnavailable after too many without progress."""
        self.close()
        if self._position - self._broken_at >= _PROGRESS_BYTES:
            self._breaks = 0
        self._broken_at = self._position
        self._breaks += 1
        if self._breaks >= self._client.options.tries or self._restarts >= self._client.options.tries:
            raise self._client.lost(lost) from lost
        self._client.wait(self._breaks)
