"""The bytes of an image as an engine sends them, with as little as possible between the socket and us."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from docker.api.client import APIClient
from docker.transport.unixconn import UnixHTTPAdapter, UnixHTTPConnectionPool

from layerscope.errors import SourceUnavailable
from layerscope.sources.engine_errors import translated

# A tar ends with two blocks of zeros (POSIX.1-2017, pax, "ustar Interchange Format"), and engines write both.
_END = bytes(1024)


class EngineAnswer:
    """An answer as a reader; the SDK's own way would hand out each of an engine's 32 KiB by itself."""

    def __init__(self, response: Any, cut: Callable[[str], SourceUnavailable]) -> None:
        self._raw = response.raw
        self._cut = cut
        # To look for a coding costs a copy, and only a proxy would add one.
        self._is_coded = "Content-Encoding" in response.headers
        self._says_its_end = self._raw.chunked or self._raw.length_remaining is not None
        self._tail = b""

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; raises what `cut` makes where the answer ends too early."""
        with translated(self._cut):
            content: bytes = self._raw.read(size_bytes, decode_content=self._is_coded)
        self._tail = (self._tail + content[-len(_END) :])[-len(_END) :]
        if not content and not self._says_its_end and self._tail != _END:
            raise self._cut("it hung up before the end")
        return content

    def interrupt(self) -> None:
        """Make a read return that waits; one that has come to the end needs none."""
        with suppress(OSError, RuntimeError, ValueError):
            self._raw.shutdown()


def ask_plainly(client: APIClient, url: str) -> None:
    """Let the question for a URL be one of HTTP/1.0, where the engine is at a socket of this machine.

    An engine then sends its bytes as they are: neither has it to write three times for each 32 KiB, nor have we to take
    lengths out of them again. Such an answer ends by hanging up, so its end has to be looked at.
    """
    adapter = client.get_adapter(url)
    if isinstance(adapter, UnixHTTPAdapter):
        client.mount(url, _PlainAdapter(f"http+unix://{adapter.socket_path}", adapter.timeout))


class _PlainAdapter(UnixHTTPAdapter):
    def get_connection(self, url: bytes | str, proxies: object = None) -> UnixHTTPConnectionPool:  # noqa: ARG002 - the base's
        return _PlainPool(str(url), self.socket_path, self.timeout)


class _PlainPool(UnixHTTPConnectionPool):
    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        # What http.client calls the version that it speaks.
        connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"
        return connection
