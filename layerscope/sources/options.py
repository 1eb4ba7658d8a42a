"""What the user wishes of a source."""

from dataclasses import dataclass

from layerscope.oci.platform import Platform

ENGINES = ("docker", "podman")
PULL_POLICIES = ("missing", "always", "never")


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What the user wishes: a platform, whether an engine may pull, whether every byte is to be checked."""

    platform: Platform | None = None
    pull: str = "missing"
    verify: bool = False
