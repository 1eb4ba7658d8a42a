"""Names of images: Docker's short forms, and what no registry can have. The SDK of Docker is asked for hosts, too."""

import docker.auth
import pytest

from layerscope.errors import UsageError
from layerscope.oci.reference import Reference

HEX = "0123456789abcdef" * 4
# Text, host, repository, tag; the first ones as `docker pull` prints them.
NAMES = [
    ("ubuntu", "docker.io", "library/ubuntu", "latest"),
    ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04"),
    ("org/app", "docker.io", "org/app", "latest"),
    ("docker.io/ubuntu", "docker.io", "library/ubuntu", "latest"),
    ("docker.io/library/ubuntu:1", "docker.io", "library/ubuntu", "1"),
    ("index.docker.io/org/app:1", "docker.io", "org/app", "1"),
    ("localhost/app", "localhost", "app", "latest"),
    ("localhost:5000/app:1", "localhost:5000", "app", "1"),
    ("host:80/app", "host:80", "app", "latest"),
    ("ghcr.io/a/b/c/d:1.2-rc_3", "ghcr.io", "a/b/c/d", "1.2-rc_3"),
    ("127.0.0.1:5000/a__b/c---d.e", "127.0.0.1:5000", "a__b/c---d.e", "latest"),
    ("[::1]:5000/app", "[::1]:5000", "app", "latest"),
    ("GHCR.io/app:Tag", "ghcr.io", "app", "Tag"),
]


@pytest.mark.parametrize(("text", "host", "repository", "tag"), NAMES, ids=[row[0] for row in NAMES])
def test_names(text: str, host: str, repository: str, tag: str) -> None:
    reference = Reference.parse(text)
    assert (reference.host, reference.repository, reference.tag, reference.digest) == (host, repository, tag, None)
    assert str(reference) == f"{host}/{repository}:{tag}"
    assert Reference.parse(str(reference)) == reference
    if not text.startswith("["):
        assert docker.auth.resolve_repository_name(text)[0].lower() == host


def test_digests() -> None:
    alone, both = (Reference.parse(f"org/app{tag}@sha256:{HEX}") for tag in ("", ":1"))
    assert (alone.tag, both.tag) == (None, "1")
    assert alone.version == both.version == f"sha256:{HEX}"
    assert str(both) == f"docker.io/org/app:1@sha256:{HEX}"


def test_endpoints() -> None:
    assert Reference.parse("ubuntu").endpoint == "registry-1.docker.io"
    assert Reference.parse("host:5000/app").endpoint == "host:5000"


REFUSED = [
    "",
    ":1",
    "UPPER",
    "host.io/Upper",
    "app:",
    "app:-tag",
    "app:" + "t" * 129,
    "a/" + "b" * 256,
    "a//b",
    "/a",
    "a/",
    "a/../b",
    "host.io/../../v2/_catalog",
    "host.io/a?x=y",
    "host.io/a#b",
    "host.io/a%2fb",
    "user@host.io/app",
    "user:password@host.io/app",
    "https://host.io/app",
    "host.io:99999/app",
    "host.io:0/app",
    "host.io:/app",
    "-host.io/app",
    "host..io/app",
    "app name",
    "app\n",
    "app:1\n",
    "app@sha256:" + HEX[1:],
    "app@" + HEX,
    "app@sha256:../../etc/passwd",
    "ünicode",
    "a.b/\u0660",
    "a" * 10_000,
    "a" + "_" * 100 + "b",
]


@pytest.mark.parametrize("text", REFUSED, ids=[repr(text[:30]) for text in REFUSED])
def test_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Reference.parse(text)
    assert len(str(caught.value)) < 1_000


def test_error_holds_no_control_characters() -> None:
    with pytest.raises(UsageError) as caught:
        Reference.parse("\x1b[31m\u202e")
    assert "\x1b" not in str(caught.value)
