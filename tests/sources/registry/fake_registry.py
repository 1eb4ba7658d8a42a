"""A registry that serves the files of an OCI layout, and misbehaves on request."""

import hashlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from layerscope.analysis import Analysis
from layerscope.pipeline import analyze_image
from layerscope.sources.options import OpenOptions, RegistryOptions

NAME, TAG = "some/sample", "latest"
HASTY = RegistryOptions(first_wait_seconds=0.001, silence_seconds=0.5, connect_seconds=5)

Answer = Callable[["Handler"], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, by the part of its path behind the repository."""

    what: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class FakeRegistry:
    """What the server has and answers, and what it was asked; `answers` go before `documents`."""

    documents: dict[str, tuple[bytes, str]]
    answers: dict[str, Answer]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """Return the image's name for layerscope."""
        return f"registry:{self.address}/{NAME}:{TAG}"

    def analyze(self, options: RegistryOptions = HASTY) -> Analysis:
        """Analyze the image in a hurry."""
        return analyze_image(self.reference, OpenOptions(registry=options))

    def requests(self, what: str) -> list[Asked]:
        """Return what was asked of one thing."""
        return [asked for asked in self.asked if asked.what == what]


class Handler(BaseHTTPRequestHandler):
    """One connection to a fake registry."""

    # Over HTTP/1.0 a body would end where the connection does, and a cut could not be told from an end.
    protocol_version = "HTTP/1.1"
    fake: FakeRegistry
    asked: Asked

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        what = path.partition(f"/v2/{NAME}/")[2] or path.rpartition("/")[2]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked = Asked(what, self.path, dict(self.headers.items()), body)
        self.fake.asked.append(self.asked)
        self.fake.answers.get(what, usual)(self)

    def do_POST(self) -> None:
        self.do_GET()

    def say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        """Send a whole answer."""
        self.start(status, ("Content-Length", str(len(body))), *headers)
        self.wfile.write(body)

    def start(self, status: int, *headers: tuple[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that leave early are what the tests are about."""


@contextmanager
def serving(
    files: Mapping[str, bytes], answers: Mapping[str, Answer] | None = None, *, certificate: Path | None = None
) -> Iterator[FakeRegistry]:
    """Serve a layout on a free port, by TLS where a folder with cert.pem and key.pem is given."""
    fake = FakeRegistry(documents_of(files), dict(answers or {}))
    with _Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"fake": fake})) as server:
        fake.address = f"127.0.0.1:{server.server_address[1]}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def documents_of(files: Mapping[str, bytes]) -> dict[str, tuple[bytes, str]]:
    """Return what a registry has of a layout whose index.json names one thing, by the paths it is asked for."""
    found: dict[str, tuple[bytes, str]] = {}
    for path, content in files.items():
        if path.startswith("blobs/"):
            digest = path.removeprefix("blobs/").replace("/", ":")
            found[f"blobs/{digest}"] = (content, "application/octet-stream")
            if content[:1] == b"{" and "schemaVersion" in (document := json.loads(content)):
                found[f"manifests/{digest}"] = (content, document["mediaType"])
    (top,) = json.loads(files["index.json"])["manifests"]
    found[f"manifests/{TAG}"] = found[f"manifests/{top['digest']}"]
    return found


def usual(handler: Handler) -> None:
    """Answer as a registry does: the whole, the range, or nothing."""
    status, content, headers = _usual(handler)
    handler.say(status, content, *headers)


def _usual(handler: Handler) -> tuple[int, bytes, list[tuple[str, str]]]:
    found = handler.fake.documents.get(handler.asked.what)
    if found is None:
        return 404, b'{"errors": [{"code": "UNKNOWN", "message": "nothing known of it"}]}', []
    content, kind = found
    headers = [("Content-Type", kind), ("Docker-Content-Digest", f"sha256:{hashlib.sha256(content).hexdigest()}")]
    wish = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.asked.headers.get("Range", ""))
    if wish is None:
        return 200, content, headers
    start, last = int(wish[1]), min(int(wish[2] or len(content) - 1), len(content) - 1)
    if start > last:
        return 416, b"", [*headers, ("Content-Range", f"bytes */{len(content)}")]
    return 206, content[start : last + 1], [*headers, ("Content-Range", f"bytes {start}-{last}/{len(content)}")]


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Always answer the same; underscores in the headers' names stand for hyphens."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda handler: handler.say(status, body, *named)


def in_turn(*answers: Answer) -> Answer:
    """Answer one after the other, the last one for ever."""
    left = list(answers)
    lock = threading.Lock()

    def answer(handler: Handler) -> None:
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(handler)

    return answer


def cut_after(size_bytes: int) -> Answer:
    """Announce the usual answer, send that much of it, and hang up."""

    def answer(handler: Handler) -> None:
        status, content, headers = _usual(handler)
        handler.start(status, ("Content-Length", str(len(content))), *headers)
        handler.wfile.write(content[:size_bytes])
        hang_up(handler)

    return answer


def trickle(head: bytes, pause_seconds: float = 0.05) -> Answer:
    """Send a head, and then a byte now and then, for ever."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(head)
        while True:
            handler.wfile.write(b" ")
            time.sleep(pause_seconds)

    return answer


def endless(status: int, piece: bytes, *headers: tuple[str, str]) -> Answer:
    """Send pieces for ever."""

    def answer(handler: Handler) -> None:
        handler.start(status, ("Transfer-Encoding", "chunked"), *headers)
        while True:
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    return answer


def hang_up(handler: Handler) -> None:
    """End the connection without another word."""
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
