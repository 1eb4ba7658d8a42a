"""What the user's own files know of logging in to a registry: Docker's configuration and its helpers, Podman's file.

Formats: docker/cli, "Docker CLI configuration file"; docker/docker-credential-helpers; containers/image,
containers-auth.json(5).
"""

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from layerscope.oci.reference import DOCKER_HUB, Reference
from layerscope.units import safe_text

_FILE_LIMIT_BYTES = 4 << 20
_HELPER_SECONDS = 60
_HUB_KEY = "https://index.docker.io/v1/"
# What a helper says for a user's name where its secret is an identity token.
_TOKEN_USER = "<token>"
_PROGRAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Login(Struct, frozen=True):
    """Who the user is for one registry; secrets stay out of its `repr`."""

    user: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    @property
    def basic(self) -> str:
        """The value of an Authorization header with user and password."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


class FoundLogin(Struct, frozen=True):
    """A login, None where the files have none, and what kept a file or a helper from being asked."""

    login: Login | None
    problems: tuple[str, ...] = ()


def find_login(reference: Reference) -> FoundLogin:
    """Look for the first file that has a login for a repository."""
    problems: list[str] = []
    for path in _files():
        try:
            login = _in_file(_read(path), reference)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            problems.append(f"{safe_text(str(path))} could not be used: {_reason(error)}.")
        else:
            if login is not None:
                return FoundLogin(login, tuple(problems))
    return FoundLogin(None, tuple(problems))


def _files() -> Iterator[Path]:
    """The files that exist, those that the environment names first."""
    environ, home = os.environ, Path("~").expanduser()
    docker = Path(environ["DOCKER_CONFIG"]) if environ.get("DOCKER_CONFIG") else home / ".docker"
    run = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    paths = [docker / "config.json", run / "containers" / "auth.json", config / "containers" / "auth.json"]
    if environ.get("REGISTRY_AUTH_FILE"):
        paths.insert(0, Path(environ["REGISTRY_AUTH_FILE"]))
    return (path for path in paths if os.path.lexists(path))


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(_FILE_LIMIT_BYTES + 1)
    if len(content) > _FILE_LIMIT_BYTES:
        raise ValueError(f"it is over {_FILE_LIMIT_BYTES} bytes")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        # The decoder's own message may quote what the file holds.
        raise ValueError("it is not valid JSON") from None
    return document if isinstance(document, dict) else {}


def _in_file(document: dict[str, Any], reference: Reference) -> Login | None:
    server = _HUB_KEY if reference.host == DOCKER_HUB else reference.host
    helpers = _object(document.get("credHelpers"))
    helper = next((helpers[key] for key in (server, reference.host) if key in helpers), document.get("credsStore"))
    login = _ask_helper(str(helper), server) if helper else None
    return login or _in_auths(_object(document.get("auths")), reference)


def _in_auths(auths: dict[str, Any], reference: Reference) -> Login | None:
    """The entry of the narrowest name: Podman's files have namespaces, Docker's have hosts and URLs of them."""
    parts = [reference.host, *reference.repository.split("/")]
    keys = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
    keys += [f"https://{reference.host}", f"https://{reference.host}/v1/", f"https://{reference.host}/v2/"]
    keys += [_HUB_KEY, "index.docker.io"] if reference.host == DOCKER_HUB else []
    for key in keys:
        if (login := _entry(_object(auths.get(key)))) is not None:
            return login
    return None


def _entry(entry: dict[str, Any]) -> Login | None:
    values = {name: value for name, value in entry.items() if isinstance(value, str)}
    user, password = values.get("username", ""), values.get("password", "")
    if values.get("auth"):
        try:
            user, _, password = base64.b64decode(values["auth"], validate=True).decode().partition(":")
        except ValueError:
            raise ValueError("an auth entry in it is not base64 of user:password") from None
    identity, registry = values.get("identitytoken", ""), values.get("registrytoken", "")
    if not (identity or registry or (user and password)):
        return None
    return Login(user, password.rstrip("\0"), identity, registry)


def _ask_helper(name: str, server: str) -> Login | None:
    """Let a credential helper look; its own words are not passed on, since they may hold what it keeps."""
    if not _PROGRAM.fullmatch(name):
        raise ValueError("it names a credential helper that cannot be one")
    program = f"docker-credential-{name}"
    try:
        done = subprocess.run(
            [program, "get"], input=server.encode(), capture_output=True, timeout=_HELPER_SECONDS, check=False
        )
    except FileNotFoundError:
        raise ValueError(f"{program} is not installed") from None
    if done.returncode:
        if b"credentials not found" in done.stdout:
            return None
        raise ValueError(f"{program} failed with status {done.returncode}")
    try:
        answer = _object(json.loads(done.stdout[:_FILE_LIMIT_BYTES]))
        user, secret = str(answer.get("Username") or ""), str(answer.get("Secret") or "")
    except (ValueError, RecursionError):
        raise ValueError(f"{program} gave no JSON") from None
    if not secret:
        return None
    return Login(identity_token=secret) if user == _TOKEN_USER else Login(user, secret)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"its credential helper did not answer within {_HELPER_SECONDS} s"
    return safe_text(str(getattr(error, "strerror", None) or error))
