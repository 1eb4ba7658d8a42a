"""A Docker Engine, or Podman's socket that speaks the same API: an image is saved into the scan, never to disk.

The engine first writes the whole image to its own temporary folder and only then sends it, so nothing may time out
while it is silent.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests
import urllib3
from docker.api.client import APIClient
from docker.utils import parse_repository_tag

from layerscope.errors import ImageNotFound, SourceUnavailable
from layerscope.oci.platform import Platform
from layerscope.progress import Progress
from layerscope.sources.passing_archive import PassingArchive
from layerscope.units import safe_text

_ANSWER_SECONDS = 30
_CHUNK_BYTES = 1 << 20
_FOREIGN = (docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError)


class Engine:
    """A connection to one engine; raises SourceUnavailable where none answers."""

    def __init__(self, kind: str, title: str, client: APIClient) -> None:
        self.kind = kind
        self.title = title
        self._client = client

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def has(self, reference: str) -> bool:
        """Whether the engine has the image; raises SourceUnavailable when it cannot answer."""
        try:
            self._client.inspect_image(reference)  # type: ignore[no-untyped-call]
        except docker.errors.ImageNotFound:
            return False
        except _FOREIGN as error:
            raise self._failed(error) from error
        return True

    def pull(self, reference: str, platform: Platform | None, progress: Progress) -> None:
        """Let the engine fetch the image; raises ImageNotFound with the engine's own reason."""
        progress.stage(f"{self.title} pulls {safe_text(reference)}")
        repository, tag = parse_repository_tag(reference)
        try:
            events = self._client.pull(
                repository, tag=tag or "latest", stream=True, decode=True, platform=str(platform) if platform else None
            )
            _follow(events, progress)
        except _FOREIGN as error:
            raise ImageNotFound(f"{self.title} could not pull it: {_reason(error)}.") from error

    def save(self, reference: str, platform: Platform | None, progress: Progress) -> PassingArchive:
        """Begin to save the image; raises ImageNotFound and SourceUnavailable."""
        progress.stage(f"{self.title} is preparing {safe_text(reference)}")
        # Silent while it writes its own copy; for how long depends on the image alone.
        self._client.timeout = None  # type: ignore[assignment]
        try:
            chunks = self._client.get_image(reference, chunk_size=_CHUNK_BYTES)
        except docker.errors.ImageNotFound as error:
            raise ImageNotFound(f"{self.title} has no image {safe_text(reference)!r}.") from error
        except _FOREIGN as error:
            raise self._failed(error) from error
        reader = _ChunkReader(chunks, self)
        return PassingArchive(reader, kind=self.kind, reference=reference, platform=platform, close=self.close)

    def _failed(self, error: Exception) -> SourceUnavailable:
        return SourceUnavailable(f"{self.title} failed: {_reason(error)}.", hint="Is it running and healthy?")

    def cut(self, error: Exception) -> SourceUnavailable:
        """The error for a save that ended in the middle."""
        return SourceUnavailable(
            f"{self.title} stopped sending the image: {_reason(error)}.", hint="See its log, then retry."
        )


def connect_docker() -> Engine:
    """The engine that DOCKER_HOST or the current context names; raises SourceUnavailable."""
    return _connect("docker-engine", "The Docker Engine", None)


def connect_podman() -> Engine:
    """Podman's socket, the user's before the system's; raises SourceUnavailable where there is none."""
    sockets = [Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")), Path("/run")]
    for folder in sockets:
        path = folder / "podman" / "podman.sock"
        if _is_socket(path):
            return _connect("podman", "Podman", f"unix://{path}")
    raise SourceUnavailable(
        "Podman's socket is not there.", hint="Start it with `systemctl --user start podman.socket`."
    )


def _connect(kind: str, title: str, base_url: str | None) -> Engine:
    try:
        if base_url is not None:
            client = APIClient(base_url=base_url, version="auto", timeout=_ANSWER_SECONDS)
        else:
            _check_socket(title)
            client = docker.from_env(timeout=_ANSWER_SECONDS).api
        client.ping()
    except _FOREIGN as error:
        text = _reason(error)
        hint = "Start it, or set DOCKER_HOST."
        if "Permission denied" in text:
            hint = "Run as a user who may use its socket (group docker), or with sudo."
        raise SourceUnavailable(f"{title} does not answer: {text}.", hint=hint) from error
    return Engine(kind, title, client)


def _check_socket(title: str) -> None:
    """Say clearly that a local socket is missing or closed to this user, before anything tries to use it."""
    host = os.environ.get("DOCKER_HOST") or docker.ContextAPI.kwargs_from_context().get("base_url") or ""
    path = Path(host.removeprefix("unix://").removeprefix("http+unix://") or "/var/run/docker.sock")
    if host and not host.startswith(("unix://", "http+unix://")):
        return
    if not path.exists():
        raise SourceUnavailable(
            f"{title} does not answer: there is no socket {path}.", hint="Start it, or set DOCKER_HOST."
        )
    if not os.access(path, os.R_OK | os.W_OK):
        raise SourceUnavailable(
            f"{title} does not answer: no permission to use {path}.",
            hint="Run as a user who may use it (group docker), or with sudo.",
        )


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _follow(events: Iterator[dict[str, Any]], progress: Progress) -> None:
    """Report a pull's events; raises ImageNotFound for the error among them."""
    seen: dict[str, int] = {}
    for event in events:
        if "error" in event:
            raise ImageNotFound(f"The pull failed: {safe_text(str(event['error'])[:300])}.")
        name, detail = str(event.get("id", "")), event.get("progressDetail") or {}
        if event.get("status") != "Downloading" or "current" not in detail:
            if name in seen and event.get("status") == "Download complete":
                progress.done(name)
            continue
        if name not in seen:
            seen[name] = 0
            progress.layer(name, detail.get("total"))
        progress.advance(name, int(detail["current"]) - seen[name])
        seen[name] = int(detail["current"])


def _reason(error: Exception) -> str:
    text = getattr(error, "explanation", None) or str(error)
    return safe_text(str(text)[:300]).rstrip(". ")


class _ChunkReader:
    """The chunks of a response as a reader."""

    def __init__(self, chunks: Iterator[bytes], engine: Engine) -> None:
        self._chunks = chunks
        self._engine = engine
        self._rest = memoryview(b"")

    def read(self, size_bytes: int, /) -> bytes:
        if not self._rest:
            try:
                self._rest = memoryview(next(self._chunks, b""))
            except _FOREIGN as error:
                raise self._engine.cut(error) from error
        content, self._rest = bytes(self._rest[:size_bytes]), self._rest[size_bytes:]
        return content
