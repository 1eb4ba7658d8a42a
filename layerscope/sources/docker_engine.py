"""A Docker Engine, or Podman's socket that speaks the same API: an image is saved into the scan, never to disk.

The engine first writes the whole image to its own temporary folder and only then sends it, so nothing may time out
while it is silent.
"""

import json
import os
import socket
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docker
import docker.errors
from docker.api.client import APIClient
from docker.utils import parse_host, parse_repository_tag

from layerscope.blob.read_ahead import ReadAhead
from layerscope.errors import ImageError, ImageNotFound, SourceUnavailable, StoreUnusable
from layerscope.oci.config import parse_config
from layerscope.oci.platform import Platform
from layerscope.progress import Progress
from layerscope.sources.engine_answer import EngineAnswer, ask_plainly
from layerscope.sources.engine_errors import translated
from layerscope.sources.passing_archive import PassingArchive
from layerscope.sources.source import DescribedImage
from layerscope.sources.store.open_store import StoreLocation
from layerscope.units import safe_text

_ANSWER_SECONDS = 30
# What `docker info` says where images are containerd's (Docker's documentation, "containerd image store").
_CONTAINERD = ["driver-type", "io.containerd.snapshotter.v1"]
# With it the kernel neither leaves data in lower layers nor follows renamed folders there (moby, overlay2/check.go).
_NATIVE_DIFF = ["Native Overlay Diff", "true"]
_LOCAL_URL = "http+docker://localhost"


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
        with translated(self._failed):
            try:
                # The package's stubs leave this one method without types.
                self._client.inspect_image(reference)  # type: ignore[no-untyped-call]
            except docker.errors.NotFound:
                return False
        return True

    def pull(self, reference: str, platform: Platform | None, progress: Progress) -> None:
        """Let the engine fetch the image; raises ImageNotFound with the engine's own reason."""
        progress.stage(f"{self.title} pulls {safe_text(reference)}")
        with translated(lambda reason: ImageNotFound(f"{self.title} could not pull it: {reason}.")):
            repository, tag = parse_repository_tag(reference)
            events = self._client.pull(
                repository, tag=tag or "latest", stream=True, decode=True, platform=str(platform) if platform else None
            )
            _follow(events, progress)

    def locate(self, reference: str) -> StoreLocation | None:
        """Where the engine keeps an image on this machine; None for an engine elsewhere, and for Podman.

        Raises StoreUnusable where the engine does not say.
        """
        client: Any = self._client
        if self.kind != "docker-engine" or client.base_url != _LOCAL_URL:
            return None
        with translated(lambda reason: StoreUnusable(f"{self.title} does not say where its images are: {reason}.")):
            image, engine = client.inspect_image(reference), client.info()
            status = engine.get("DriverStatus") or []
            return StoreLocation(
                Path(engine["DockerRootDir"]),
                str(engine["Driver"]),
                _CONTAINERD in status,
                _NATIVE_DIFF in status,
                str(image["Id"]),
            )

    def describe(self, reference: str, platform: Platform | None) -> DescribedImage | None:
        """What the engine says of an image without sending it; None where it says nothing of use."""
        client: Any = self._client
        try:
            with translated(self._failed):
                image, steps = client.inspect_image(reference), client.history(reference)
                document = {
                    "os": image["Os"],
                    "architecture": image["Architecture"],
                    "variant": image.get("Variant"),
                    "config": image["Config"],
                    "rootfs": {"diff_ids": image["RootFS"]["Layers"]},
                    "history": [
                        {"created_by": step["CreatedBy"], "comment": step["Comment"]} for step in reversed(steps)
                    ],
                }
                config = parse_config(json.dumps(document).encode(), "The engine's description")
                return DescribedImage(reference, self.kind, str(image["Id"]), platform, config)
        except ImageError:
            # Whoever saves the image learns what is wrong with it.
            return None

    def save(self, reference: str, platform: Platform | None, progress: Progress) -> PassingArchive:
        """Begin to save the image; raises ImageNotFound and SourceUnavailable."""
        progress.stage(f"{self.title} is preparing {safe_text(reference)}")
        client: Any = self._client
        return self._begin(client._url("/images/{0}/get", reference), (), reference, platform)

    def save_together(self, references: Sequence[str], progress: Progress) -> PassingArchive:
        """Begin to save several images in one stream; raises ImageNotFound and SourceUnavailable."""
        progress.stage(f"{self.title} is preparing {len(references)} images")
        client: Any = self._client
        return self._begin(client._url("/images/get"), references, ", ".join(references), None)

    def _begin(self, url: str, names: Sequence[str], reference: str, platform: Platform | None) -> PassingArchive:
        client: Any = self._client
        client.timeout = None
        with translated(self._failed):
            # `get_image` would say only at the first read that the engine refuses, and never close the answer.
            ask_plainly(client, url)
            response = client._get(url, params={"names": list(names)}, stream=True)
            try:
                client._raise_for_status(response)
            except docker.errors.NotFound as error:
                response.close()
                raise ImageNotFound(f"{self.title} has no image {safe_text(reference)!r}.") from error
            except BaseException:
                response.close()
                raise
        answer = EngineAnswer(response, self._cut)
        reader = ReadAhead(answer)

        def close() -> None:
            reader.close(answer.interrupt)
            response.close()
            self.close()

        return PassingArchive(reader, kind=self.kind, reference=reference, platform=platform, close=close)

    def _failed(self, reason: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self.title} failed: {reason}.", hint="Is it running and healthy?")

    def _cut(self, reason: str) -> SourceUnavailable:
        """The error for a save that ended in the middle."""
        return SourceUnavailable(f"{self.title} stopped sending the image: {reason}.", hint="See its log, then retry.")


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
    def no_answer(reason: str) -> SourceUnavailable:
        hint = "Start it, or set DOCKER_HOST."
        if "ermission denied" in reason:
            hint = "Run as a user who may use its socket (group docker), or with sudo."
        return SourceUnavailable(f"{title} does not answer: {reason}.", hint=hint)

    with translated(no_answer):
        _check_socket(title, base_url)
        if base_url is not None:
            client = APIClient(base_url=base_url, version="auto", timeout=_ANSWER_SECONDS)
        else:
            client = docker.from_env(timeout=_ANSWER_SECONDS).api
        try:
            client.ping()
        except BaseException:
            client.close()
            raise
    return Engine(kind, title, client)


def _check_socket(title: str, base_url: str | None) -> None:
    """Say clearly that a local socket is missing, closed to this user or dead.

    The SDK would say it in more words, and leave a socket open.
    """
    host = base_url or os.environ.get("DOCKER_HOST") or docker.ContextAPI.kwargs_from_context().get("base_url")
    url = str(parse_host(host))
    if not url.startswith("http+unix://"):
        return
    path = Path("/" + url.removeprefix("http+unix://").lstrip("/"))
    if not path.exists():
        raise SourceUnavailable(
            f"{title} does not answer: there is no socket {safe_text(str(path))}.", hint="Start it, or set DOCKER_HOST."
        )
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_ANSWER_SECONDS)
        probe.connect(str(path))


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _follow(events: Iterator[Any], progress: Progress) -> None:
    """Report a pull's events; raises ImageNotFound for the error among them."""
    seen: dict[str, int] = {}
    for event in events:
        if not isinstance(event, dict):
            continue
        if "error" in event:
            raise ImageNotFound(f"The pull failed: {safe_text(str(event['error'])[:300])}.")
        name, status, detail = str(event.get("id", "")), event.get("status"), event.get("progressDetail")
        current = detail.get("current") if isinstance(detail, dict) else None
        if status == "Downloading" and isinstance(detail, dict) and isinstance(current, int):
            if name not in seen:
                total = detail.get("total")
                seen[name] = 0
                progress.layer(name, total if isinstance(total, int) else None)
            # An engine that tries again counts from the beginning.
            progress.advance(name, max(0, current - seen[name]))
            seen[name] = max(seen[name], current)
        elif status == "Download complete" and name in seen:
            progress.done(name)
