"""A token server for a real registry: it signs what distribution's specification says (token/jwt.md)."""

import base64
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.tools import tool

SERVICE, ISSUER = "the registry", "the tests"


@dataclass(slots=True)
class TokenServer:
    """Who may have a token, and who asked; tokens live for `life_s` seconds."""

    folder: Path
    accounts: dict[str, str]
    refresh_tokens: frozenset[str]
    life_s: int = 60
    url: str = ""
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def registry_auth(self) -> str:
        """Return the part of a registry's configuration that makes it trust this server."""
        values = {"realm": self.url, "service": SERVICE, "issuer": ISSUER, "rootcertbundle": f"{self.folder}/cert.pem"}
        return f"auth: {{token: {json.dumps(values)}}}\n"

    def may_have_token(self, form: dict[str, str], header: str) -> bool:
        """Whether a request shows a known refresh token, or a known user's password."""
        if form.get("grant_type") == "refresh_token":
            return form.get("refresh_token") in self.refresh_tokens
        user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return user in self.accounts and self.accounts[user] == password

    def token(self, scope: str) -> str:
        """Return a signed token for what a scope asks for."""
        certificate = (self.folder / "cert.pem").read_text().split("-----")[2].replace("\n", "")
        kind, name, actions = scope.split(":")
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "somebody",
            "aud": SERVICE,
            "exp": now + self.life_s,
            "nbf": now - 60,
            "iat": now,
            "jti": str(len(self.asked)),
            "access": [{"type": kind, "name": name, "actions": actions.split(",")}],
        }
        head = {"typ": "JWT", "alg": "RS256", "x5c": [certificate]}
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        command = [tool("openssl"), "dgst", "-sha256", "-sign", str(self.folder / "key.pem")]
        signature = subprocess.run(command, input=signed, capture_output=True, check=True, timeout=60).stdout
        return (signed + b"." + _encoded(signature)).decode()


@contextmanager
def serving_tokens(folder: Path, **options: Any) -> Iterator[TokenServer]:
    """Serve tokens on a free port of this machine as long as the context lasts."""
    make_certificate(folder, "the tests")
    tokens = TokenServer(folder, **options)
    handler = type("BoundHandler", (_Handler,), {"tokens": tokens})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        tokens.url = f"http://127.0.0.1:{server.server_address[1]}/token?extra=1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield tokens
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, name: str, *extensions: str) -> None:
    """Write key.pem and cert.pem, which signed itself."""
    command = [tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    command += [f"-addext={text}" for text in extensions]
    files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run([*command, *files], capture_output=True, check=True, timeout=60)


class _Handler(BaseHTTPRequestHandler):
    tokens: TokenServer

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, method: str, text: str) -> None:
        form = {name: values[-1] for name, values in parse_qs(text).items()}
        header = self.headers.get("Authorization", "")
        self.tokens.asked.append((method, form, header))
        is_good = self.tokens.may_have_token(form, header)
        body = {"token": self.tokens.token(form["scope"])} if is_good else {"details": "incorrect user or password"}
        self.send_response(200 if is_good else 401)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Keep quiet."""


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
