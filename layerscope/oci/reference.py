"""Names of images in registries, as people type them (distribution's reference grammar, Docker's short forms)."""

import re
from typing import Self

from msgspec import Struct

from layerscope.errors import MalformedImage, UsageError
from layerscope.oci.digest import Digest
from layerscope.units import safe_text

DOCKER_HUB = "docker.io"
_HUB_NAMES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_HUB_ENDPOINT = "registry-1.docker.io"
_NAME_LIMIT_CHARACTERS = 255
_WORD = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_WORD}(?:\.{_WORD})*|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_COMPONENT = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Reference(Struct, frozen=True):
    """A registry's host (with its port where one was given), a repository, and a tag or a digest in it."""

    host: str
    repository: str
    tag: str | None
    digest: Digest | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `[HOST[:PORT]/]NAME[:TAG][@DIGEST]`; raises UsageError for what no registry could have."""
        name, at, digest = text.partition("@")
        first, slash, rest = name.partition("/")
        if slash and _is_host(first):
            host, path = first.lower(), rest
        else:
            host, path = DOCKER_HUB, name
        host = DOCKER_HUB if host in _HUB_NAMES else host
        path, colon, tag = path.partition(":")
        if host == DOCKER_HUB and "/" not in path:
            path = f"library/{path}"
        match = _HOST.fullmatch(host)
        valid = (
            len(host) + len(path) <= _NAME_LIMIT_CHARACTERS
            and match is not None
            and int(match["port"] or 1) in range(1, 1 << 16)
            and _REPOSITORY.fullmatch(path)
            and (not colon or _TAG.fullmatch(tag))
        )
        if not valid:
            raise UsageError(
                f"{safe_text(text[:300])!r} is no name of an image in a registry.",
                hint="Expected [HOST/]NAME[:TAG][@DIGEST] with NAME in lower case, as ghcr.io/org/app:1.2.",
            )
        return cls(host, path, tag or (None if at else "latest"), _digest(digest) if at else None)

    @property
    def endpoint(self) -> str:
        """The host, with its port where it has one, that answers for this registry."""
        return _HUB_ENDPOINT if self.host == DOCKER_HUB else self.host

    @property
    def version(self) -> str:
        """What names the manifest: the digest where there is one, else the tag."""
        return str(self.digest or self.tag)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.host}/{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")


def _is_host(text: str) -> bool:
    """Docker's rule: only what cannot be a part of a repository's name is a host."""
    return "." in text or ":" in text or text == "localhost" or text != text.lower()


def _digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except MalformedImage as error:
        raise UsageError(error.problem, hint=error.hint) from error
