"""A registry of the tests' own, and what it was asked for."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.tools import require

START_S = 30
_SENT_BLOB = re.compile(r'"GET /v2/\S+/blobs/(sha256:[0-9a-f]{64}) \S+" 200 (\d+) ')


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry on this machine; engines use plain HTTP with such by default."""

    address: str
    folder: Path

    def requests(self) -> str:
        """Return what was asked so far, a line in Apache's form each."""
        return (self.folder / "log").read_text(errors="replace")

    def stored_blobs(self) -> dict[str, int]:
        """Return the sizes of all blobs that it keeps, by their digests."""
        files = (self.folder / "store").glob("docker/registry/v2/blobs/sha256/*/*/data")
        return {f"sha256:{path.parent.name}": path.stat().st_size for path in files}


@contextmanager
def served_registry(folder: Path, *, store: Path | None = None, auth: str = "") -> Iterator[Registry]:
    """Serve a registry on a free port as long as the context lasts; `auth` is that part of its configuration.

    A registry may share the store of another one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    config = folder / "config.yml"
    config.write_text(
        "version: 0.1\nlog: {level: error}\n"
        f"storage: {{filesystem: {{rootdirectory: {store or folder / 'store'}}}}}\n"
        f"http: {{addr: '{address}'}}\n{auth}",
        encoding="utf-8",
    )
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([require("docker-registry"), "serve", config], stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(address, server, folder / "log")
            yield Registry(address, folder)
        finally:
            server.terminate()


def sent_blobs(requests: str) -> dict[str, int]:
    """Return the sizes of the blobs that were sent, by their digests; none may have been sent twice."""
    sent = _SENT_BLOB.findall(requests)
    assert len({digest for digest, _ in sent}) == len(sent)
    return {digest: int(size) for digest, size in sent}


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the registry does not serve: {log.read_text(errors='replace')}")
            time.sleep(0.05)
        else:
            return
