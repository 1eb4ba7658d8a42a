"""Digests: content identifiers such as `sha256:…` (OCI image-spec, descriptor.md, "Digests")."""

import hashlib
import re
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from layerscope.errors import MalformedImage
from layerscope.units import safe_text

if TYPE_CHECKING:
    from hashlib import _Hash

_ENCODED_LENGTH = {"sha256": 64, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+\Z")


class Digest(Struct, frozen=True, order=True):
    """A registered algorithm and its lower-case hexadecimal value; safe as a path segment."""

    algorithm: str
    encoded: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `algorithm:encoded`; raises MalformedImage for anything else, before any path is built from it."""
        algorithm, colon, encoded = text.partition(":")
        if not colon or len(encoded) != _ENCODED_LENGTH.get(algorithm) or not _HEX.match(encoded):
            raise MalformedImage(
                f"{safe_text(text[:150])!r} is not a digest.", hint="Expected sha256: or sha512: and lower-case hex."
            )
        return cls(algorithm, encoded)

    @classmethod
    def of(cls, content: bytes, algorithm: str = "sha256") -> Self:
        """The digest of some bytes."""
        return cls(algorithm, hashlib.new(algorithm, content).hexdigest())

    def hasher(self) -> "_Hash":
        """A fresh hash of this digest's algorithm."""
        return hashlib.new(self.algorithm)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.encoded}"

    @property
    def short(self) -> str:
        """The first twelve hexadecimal digits, for people."""
        return self.encoded[:12]
