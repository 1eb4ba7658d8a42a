"""Where a registry may send us: never further inside a network than it is itself.

A registry names other hosts, for tokens and for blobs. Were every name followed, a public one could let us ask what
only this machine or its network can reach, such as a cloud's metadata service. Addresses are looked at once a
connection is there, since a name may lead elsewhere every time it is asked for.
"""

import ipaddress

from layerscope.errors import SourceUnavailable
from layerscope.units import safe_text

Origin = tuple[str, int]
"""A host and a port."""

_PUBLIC, _PRIVATE, _LOOPBACK, _NOWHERE = range(4)


class Reach:
    """How far inside a network the registry is; others may be as far at most."""

    def __init__(self, home: Origin) -> None:
        self._home = home
        self._inwardness = _PUBLIC

    def check_name(self, origin: Origin) -> None:
        """Look at a host that is an address itself, before anything is connected; raises SourceUnavailable."""
        try:
            _plain(origin[0])
        except ValueError:
            return
        self.check(origin, origin[0])

    def check(self, origin: Origin, address: str) -> None:
        """Look at the address of a connection; raises SourceUnavailable where the registry may not send us there."""
        inwardness = _inwardness(address)
        if origin == self._home:
            self._inwardness = max(self._inwardness, inwardness)
        elif inwardness > self._inwardness or inwardness == _NOWHERE:
            raise SourceUnavailable(
                f"The registry refers to {safe_text(origin[0])}, whose address {safe_text(address)} is further inside "
                "a network than the registry itself, so it was not asked.",
                hint="Report it to whoever runs the registry.",
            )


def is_loopback(host: str) -> bool:
    """Whether a host can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _plain(host).is_loopback
    except ValueError:
        return False


def is_same_site(host: str, home: str) -> bool:
    """Whether two hosts are one, or below one domain of at least two words."""
    if host == home or (is_loopback(host) and is_loopback(home)):
        return True
    parent = home.partition(".")[2]
    is_name = not home.replace(".", "").isdigit() and ":" not in home
    return is_name and "." in parent and (host == parent or host.endswith(f".{parent}"))


def _inwardness(address: str) -> int:
    ip = _plain(address)
    if ip.is_loopback:
        return _LOOPBACK
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return _NOWHERE
    return _PUBLIC if ip.is_global else _PRIVATE


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    return getattr(ip, "ipv4_mapped", None) or ip
