"""What the user wishes of a source."""

from msgspec import Struct, field

from layerscope.blob.allowance import RATIO_LIMIT, Allowance
from layerscope.oci.platform import Platform

ENGINES = ("docker", "podman")
PULL_POLICIES = ("missing", "always", "never")


class RegistryOptions(Struct, frozen=True):
    """How patient to be with a registry, and with which hosts plain HTTP will do (loopback always does).

    A wait that a registry asks for is not waited out if it is over `longest_wait_seconds`.
    """

    plain_hosts: tuple[str, ...] = ()
    silence_seconds: float = 30
    connect_seconds: float = 10
    tries: int = 4
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60


class OpenOptions(Struct, frozen=True):
    """What the user wishes: a platform, whether an engine may pull, whether every byte is to be checked.

    `unpacked_limit_bytes` is what all layers together may unpack to, `ratio` how many times its size may go without a
    word; see `Allowance`.
    Without `store` an engine's image comes through its API, even where its own folder is readable. With `quick` no
    engine pulls, so that no layer is fetched.
    """

    platform: Platform | None = None
    pull: str = "missing"
    verify: bool = False
    registry: RegistryOptions = field(default_factory=RegistryOptions)
    store: bool = True
    unpacked_limit_bytes: int | None = None
    ratio: int = RATIO_LIMIT
    quick: bool = False

    def allowance(self) -> Allowance:
        """A new allowance for one image."""
        return Allowance(self.unpacked_limit_bytes, self.ratio)
