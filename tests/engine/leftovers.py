"""What runs of the tests have in the engine: whose it is, whether that run still lives, and how it goes away."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError

# A label's name, and what names begin with.
MARK = "layerscope-test"
# A run of which nothing can be known, on another machine or in another container, is given this long.
PATIENCE_S = 24 * 3600

IsMeant = Callable[[str, int], bool]


@cache
def own_run() -> str:
    """Name this process as nothing else is named, ever: where it runs, its number, and when it began."""
    return f"{_machine()}-{os.getpid()}-{_began_ticks(os.getpid())}"


def is_over(run: str, made_s: int) -> bool:
    """Say whether the run that made something at that time has ended without removing it."""
    machine, _, process = run.partition("-")
    pid, _, began_ticks = process.partition("-")
    if machine == _machine() and pid.isdecimal():
        return _began_ticks(int(pid)) != began_ticks
    return time.time() - made_s > PATIENCE_S


def remove_all(is_meant: IsMeant) -> list[str]:
    """Remove the containers and images of those runs; returns the images that would not go, as others use them."""
    with _client() as client:
        for found in client.containers(all=True, filters={"label": MARK}):
            if is_meant(found["Labels"][MARK], found["Created"]):
                _succeeds(client.remove_container, found["Id"], v=True, force=True)
        # An image cannot go before those that were built on it.
        while images := _images(client, is_meant):
            gone = [image for image in images if _succeeds(client.remove_image, image, force=True)]
            if not gone:
                break
        return images


def remove_names(names: list[str]) -> None:
    """Remove these names, and the images that have no other one."""
    with _client() as client:
        for name in names:
            _succeeds(client.remove_image, name, force=True)


def _images(client: docker.APIClient, is_meant: IsMeant) -> list[str]:
    """The images that those runs have marked or named, the newest first."""
    listed = client.images(all=True, filters={"label": MARK})
    listed += client.images(filters={"reference": f"{MARK}-*/*"})
    meant = {item["Id"]: item["Created"] for item in listed if is_meant(_run_of(item), item["Created"])}
    return sorted(meant, key=lambda image: -meant[image])


def _run_of(image: dict[str, Any]) -> str:
    names = [name for name in image["RepoTags"] or [] if name.startswith(f"{MARK}-")]
    named = names[0].removeprefix(f"{MARK}-").partition("/")[0] if names else ""
    return str((image["Labels"] or {}).get(MARK, named))


def _succeeds(remove: Callable[..., object], name: str, **options: bool) -> bool:
    try:
        remove(name, **options)
    except APIError:
        return False
    return True


@contextmanager
def _client() -> Iterator[docker.APIClient]:
    client = docker.from_env()
    try:
        yield client.api
    finally:
        client.close()


@cache
def _machine() -> str:
    """The running kernel and its space of process numbers: only within that do numbers mean anything."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    return sha256((boot + str(Path("/proc/self/ns/pid").readlink())).encode()).hexdigest()[:12]


def _began_ticks(pid: int) -> str | None:
    """When a process began, since the machine did; None where there is none of that number (proc_pid_stat(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]
