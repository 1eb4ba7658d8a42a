"""A server at a Unix socket that speaks what layerscope needs of the engine's API, and misbehaves on request."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

API_VERSION = "1.41"

Answer = Callable[["Handler"], None]


@dataclass(slots=True)
class FakeEngine:
    """What the server answers to each question, by the last word of the path, and what it was asked."""

    answers: dict[str, Answer]
    requests: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One connection to a fake engine."""

    # For all that is to be told from a cut; an answer may still end where the connection does.
    protocol_version = "HTTP/1.1"
    fake: FakeEngine

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        self.fake.requests.append(f"{self.command} {path}")
        self.fake.answers.get(path.rpartition("/")[2], not_found)(self)

    def say(self, status: int, body: bytes, media_type: str = "application/json") -> None:
        """Send a whole answer."""
        self.start(status, ("Content-Type", media_type), ("Content-Length", str(len(body))))
        self.wfile.write(body)

    def start(self, status: int, *headers: tuple[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def address_string(self) -> str:
        """Name the peer, which has no address at a Unix socket."""
        return "unix"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Keep quiet."""


class _Server(socketserver.ThreadingUnixStreamServer):
    # The thread of a connection that a client keeps open ends with the tests.
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that leave early are what the tests are about."""


@contextmanager
def serving(path: Path, **answers: Answer) -> Iterator[FakeEngine]:
    """Serve at a socket; answers that are not given are a working engine's that has every image."""
    fake = FakeEngine(_working() | answers)
    with _Server(str(path), type("BoundHandler", (Handler,), {"fake": fake})) as server, _running(server):
        yield fake


@contextmanager
def serving_tcp(**answers: Answer) -> Iterator[tuple[str, FakeEngine]]:
    """Serve at a port of the loopback interface; gives the address, too."""
    fake = FakeEngine(_working() | answers)
    handler = type("BoundHandler", (Handler,), {"fake": fake})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, _running(server):
        yield f"127.0.0.1:{server.server_address[1]}", fake


def _working() -> dict[str, Answer]:
    return {
        "_ping": lambda handler: handler.say(200, b"OK", "text/plain"),
        "version": lambda handler: handler.say(200, b'{"ApiVersion": "%s"}' % API_VERSION.encode()),
        "json": lambda handler: handler.say(200, b'{"Id": "sha256:00"}'),
    }


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def not_found(handler: Handler) -> None:
    """Answer as an engine that has no such image."""
    handler.say(404, b'{"message": "No such image: some/image:tag"}')


def say(status: int, body: bytes, media_type: str = "application/json") -> Answer:
    """Always answer the same."""
    return lambda handler: handler.say(status, body, media_type)


def chunked(body: bytes, chunk_bytes: int = 1 << 15) -> Answer:
    """Send a body in chunks, as engines send an image, whole."""

    def answer(handler: Handler) -> None:
        _send_chunks(handler, body, chunk_bytes)
        handler.wfile.write(b"0\r\n\r\n")

    return answer


def cut_between_chunks(body: bytes) -> Answer:
    """Send chunks and hang up without the last one, as an engine does that is stopped."""

    def answer(handler: Handler) -> None:
        _send_chunks(handler, body, 1 << 15)
        hang_up(handler)

    return answer


def cut_within_chunk(body: bytes) -> Answer:
    """Announce a chunk of twice the length and hang up in its middle."""

    def answer(handler: Handler) -> None:
        handler.start(200, ("Content-Type", "application/x-tar"), ("Transfer-Encoding", "chunked"))
        handler.wfile.write(b"%x\r\n" % (2 * len(body) + 1) + body)
        hang_up(handler)

    return answer


def cut_with_length(body: bytes) -> Answer:
    """Announce one byte more than there is."""

    def answer(handler: Handler) -> None:
        handler.start(200, ("Content-Type", "application/x-tar"), ("Content-Length", str(len(body) + 1)))
        handler.wfile.write(body)
        hang_up(handler)

    return answer


def cut_silently(body: bytes) -> Answer:
    """End the body by hanging up, which is no error in HTTP: only the archive itself can tell that it is not whole."""

    def answer(handler: Handler) -> None:
        handler.start(200, ("Content-Type", "application/x-tar"), ("Connection", "close"))
        handler.wfile.write(body)
        hang_up(handler)

    return answer


def after(seconds: float, answer: Answer) -> Answer:
    """Answer only after a while."""

    def late(handler: Handler) -> None:
        time.sleep(seconds)
        answer(handler)

    return late


def with_pause(seconds: float, *parts: bytes) -> Answer:
    """Send a body in chunks with a pause between them."""

    def answer(handler: Handler) -> None:
        handler.start(200, ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"))
        for number, part in enumerate(parts):
            time.sleep(seconds if number else 0)
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Answer one after the other, the last one for ever."""
    left = list(answers)

    def answer(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


def hang_up(handler: Handler) -> None:
    """End the connection without another word."""
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def raw(text: bytes) -> Answer:
    """Answer with bytes that need not be HTTP, and hang up."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(text)
        hang_up(handler)

    return answer


def _send_chunks(handler: Handler, body: bytes, chunk_bytes: int) -> None:
    handler.start(200, ("Content-Type", "application/x-tar"), ("Transfer-Encoding", "chunked"))
    for start in range(0, len(body), chunk_bytes):
        chunk = body[start : start + chunk_bytes]
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
