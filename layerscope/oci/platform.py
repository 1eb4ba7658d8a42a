"""Platforms, as image indexes and configurations name them (image-index.md, "platform")."""

import platform as host
from typing import Self

from msgspec import Struct

from layerscope.errors import UsageError

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}


class Platform(Struct, frozen=True):
    """Operating system, architecture and, where given, the CPU's variant."""

    os: str
    architecture: str
    variant: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `os/architecture[/variant]`; raises UsageError."""
        parts = text.lower().split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise UsageError(f"{text!r} is not a platform.", hint="Expected os/architecture, as linux/amd64.")
        architecture = _ARCHITECTURES.get(parts[1], parts[1])
        return cls(parts[0], architecture, parts[2] if len(parts) == 3 else None)

    @classmethod
    def of_host(cls) -> Self:
        """Linux on this machine's architecture: what an engine here would choose."""
        machine = host.machine().lower()
        return cls("linux", _ARCHITECTURES.get(machine, machine))

    def matches(self, other: "Platform") -> bool:
        """Whether an image for `other` answers a wish for this platform; a wish without variant takes any."""
        if (self.os, self.architecture) != (other.os, other.architecture):
            return False
        return self.variant is None or self.variant == other.variant or (self.variant, other.variant) == ("v8", None)

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)
