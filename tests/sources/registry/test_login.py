"""Logins as Docker's and Podman's own files have them; the SDK of Docker reads its file, too."""

import base64
import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import docker.auth
import pytest

from layerscope.oci.reference import Reference
from layerscope.sources.registry.login import FoundLogin, Login, find_login
from tests.tools import tool

SECRET = "very-secret-word"


def auth(user: str, password: str = SECRET) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def write(path: Path, document: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def docker_file(home: Path, document: Any) -> Path:
    return write(home / ".docker/config.json", document)


def find(name: str) -> FoundLogin:
    return find_login(Reference.parse(name))


def user_of(name: str) -> str | None:
    login = find(name).login
    return login.user if login else None


def test_no_file() -> None:
    assert find("ubuntu") == FoundLogin(None)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("https://index.docker.io/v1/", "ubuntu"),
        ("docker.io", "ubuntu"),
        ("index.docker.io", "org/app"),
        ("ghcr.io", "ghcr.io/org/app"),
        ("https://ghcr.io", "ghcr.io/org/app"),
        ("https://ghcr.io/v1/", "ghcr.io/org/app"),
        ("localhost:5000", "localhost:5000/app"),
    ],
)
def test_docker_file(home: Path, key: str, name: str) -> None:
    path = docker_file(home, {"auths": {key: auth("me", "pass:word"), "other.example": auth("other")}})
    assert find(name).login == Login("me", "pass:word")
    theirs = docker.auth.load_config(str(path)).resolve_authconfig(Reference.parse(name).host)
    assert (theirs["username"], theirs["password"]) == ("me", "pass:word")
    assert user_of("elsewhere.example/app") is None


def test_tokens(home: Path) -> None:
    entries = {"a.io": {"identitytoken": SECRET}, "b.io": auth("me") | {"registrytoken": "r"}, "c.io": {}}
    docker_file(home, {"auths": entries})
    assert find("a.io/app").login == Login(identity_token=SECRET)
    assert find("b.io/app").login == Login("me", SECRET, registry_token="r")
    assert find("c.io/app").login is None


def test_podman_namespaces(home: Path) -> None:
    """The narrowest name counts, and a namespace's login is nobody else's (containers-auth.json(5))."""
    keys = {"quay.io/org/app": "app", "quay.io/org": "org", "ghcr.io/org": "theirs"}
    write(home / "run/containers/auth.json", {"auths": {key: auth(user) for key, user in keys.items()}})
    assert user_of("quay.io/org/app:1") == "app"
    assert user_of("quay.io/org/app/more") == "app"
    assert user_of("quay.io/org/other") == "org"
    assert user_of("quay.io/other") is None
    assert user_of("quay.io/organisation/app") is None
    assert user_of("ghcr.io/app") is None


def test_what_skopeo_writes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login by a tool of the same family, into a file that the environment names."""
    path = home / "logins.json"
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(path))
    path.write_text("{}")
    # Logging in needs a registry that answers; logging out writes the same file and needs none.
    write(path, {"auths": {"a.io": auth("me"), "b.io": auth("you")}})
    subprocess.run([tool("skopeo"), "logout", "b.io"], check=True, capture_output=True, timeout=60)
    assert user_of("a.io/app") == "me"
    assert user_of("b.io/app") is None


def test_order_of_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".config/containers/auth.json", {"auths": {"a.io": auth("config")}})
    assert user_of("a.io/app") == "config"
    write(home / "run/containers/auth.json", {"auths": {"a.io": auth("run")}})
    assert user_of("a.io/app") == "run"
    docker_file(home, {"auths": {"a.io": auth("docker")}})
    assert user_of("a.io/app") == "docker"
    write(home / "elsewhere/config.json", {"auths": {"a.io": auth("elsewhere")}})
    monkeypatch.setenv("DOCKER_CONFIG", str(home / "elsewhere"))
    assert user_of("a.io/app") == "elsewhere"
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(write(home / "named.json", {"auths": {"a.io": auth("named")}})))
    assert user_of("a.io/app") == "named"


HELPER = """#!/bin/sh
read -r server || [ -n "$server" ]
echo "$1 $server" >> "$HOME/asked"
case $server in
    https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"hub","Secret":"SECRET"}';;
    token.io) echo '{"Username":"<token>","Secret":"SECRET"}';;
    broken.io) echo 'SECRET is wrong'; exit 1;;
    junk.io) echo 'SECRET';;
    *) echo 'credentials not found in native keychain'; exit 1;;
esac
"""


@pytest.fixture
def helper(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a credential helper, after docker-credential-helpers' protocol."""
    path = write(home / "bin/docker-credential-try", HELPER.replace("SECRET", SECRET))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    return home / "asked"


def test_helper_for_all(home: Path, helper: Path) -> None:
    path = docker_file(home, {"credsStore": "try", "auths": {"token.io": {}, "file.io": auth("file")}})
    assert find("ubuntu").login == Login("hub", SECRET)
    assert find("token.io/app").login == Login(identity_token=SECRET)
    assert user_of("file.io/app") == "file"
    assert user_of("unknown.io/app") is None
    assert helper.read_text().splitlines() == [
        "get https://index.docker.io/v1/",
        "get token.io",
        "get file.io",
        "get unknown.io",
    ]
    theirs = docker.auth.load_config(str(path))
    assert theirs.resolve_authconfig("docker.io")["Password"] == SECRET
    assert theirs.resolve_authconfig("token.io")["IdentityToken"] == SECRET


def test_helper_for_one(home: Path, helper: Path) -> None:
    docker_file(home, {"credHelpers": {"token.io": "try"}, "auths": {"other.io": auth("other")}})
    assert find("token.io/app").login == Login(identity_token=SECRET)
    assert user_of("other.io/app") == "other"
    assert helper.read_text() == "get token.io\n"


@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"credHelpers": {"broken.io": "try"}}, "docker-credential-try failed with status 1"),
        ({"credHelpers": {"broken.io": "missing"}}, "docker-credential-missing is not installed"),
        ({"credHelpers": {"broken.io": "../try"}}, "credential helper that cannot be one"),
        ({"auths": {"broken.io": {"auth": "%%%"}}}, "not base64"),
        ('{"auths": ' + SECRET, "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
    ],
    ids=["status", "missing", "path", "base64", "JSON", "depth"],
)
def test_problems_are_told_and_end_nothing(home: Path, document: Any, problem: str) -> None:
    docker_file(home, document)
    write(home / ".config/containers/auth.json", {"auths": {"broken.io": auth("next")}})
    found = find("broken.io/app")
    assert found.login == Login("next", SECRET)
    (told,) = found.problems
    assert problem in told
    assert SECRET not in told


@pytest.mark.usefixtures("helper")
def test_helper_that_gives_no_json(home: Path) -> None:
    docker_file(home, {"credHelpers": {"junk.io": "try"}})
    (told,) = find("junk.io/app").problems
    assert "gave no JSON" in told
    assert SECRET not in told


@pytest.mark.parametrize("document", ["[]", "null", '{"auths": []}', '{"auths": {"a.io": 1}}', '{"credHelpers": 3}'])
def test_odd_files_hold_nothing(home: Path, document: str) -> None:
    docker_file(home, document)
    assert find("a.io/app") == FoundLogin(None)


def test_secrets_are_not_shown() -> None:
    login = Login("me", SECRET, SECRET, SECRET)
    assert SECRET not in repr(login)
    assert SECRET not in repr(FoundLogin(login))
