"""A registry sends nobody further inside a network than it is itself."""

import pytest

from layerscope.errors import SourceUnavailable
from layerscope.sources.registry.addresses import Reach, is_loopback, is_same_site

PUBLIC, PRIVATE, LOOPBACK = "1.1.1.1", "10.0.0.1", "127.0.0.1"
METADATA = "169.254.169.254"
HOME, OTHER = ("registry.example", 443), ("other.example", 443)
ALLOWED = [
    (PUBLIC, PUBLIC),
    (PUBLIC, "2606:4700:4700::1111"),
    (PRIVATE, PUBLIC),
    (PRIVATE, "192.168.1.1"),
    ("100.64.0.1", "172.16.0.1"),
    ("fd00::1", PRIVATE),
    (LOOPBACK, PUBLIC),
    (LOOPBACK, PRIVATE),
    ("::1", "127.9.9.9"),
]
REFUSED = [
    (PUBLIC, PRIVATE),
    (PUBLIC, LOOPBACK),
    (PUBLIC, METADATA),
    (PUBLIC, "::1"),
    (PUBLIC, "fd00:ec2::254"),
    (PUBLIC, "::ffff:127.0.0.1"),
    (PUBLIC, "::ffff:10.0.0.1"),
    (PUBLIC, "100.64.0.1"),
    (PUBLIC, "0.0.0.0"),
    (PUBLIC, "fe80::1%eth0"),
    (PRIVATE, LOOPBACK),
    (PRIVATE, METADATA),
    (LOOPBACK, METADATA),
    (LOOPBACK, "::ffff:169.254.169.254"),
]


@pytest.mark.parametrize(("home", "other"), ALLOWED)
def test_as_far_or_further_outside(home: str, other: str) -> None:
    reach = Reach(HOME)
    reach.check(HOME, home)
    reach.check(OTHER, other)


@pytest.mark.parametrize(("home", "other"), REFUSED)
def test_further_inside(home: str, other: str) -> None:
    reach = Reach(HOME)
    reach.check(HOME, home)
    with pytest.raises(SourceUnavailable, match="further inside"):
        reach.check(OTHER, other)


def test_another_port_is_another_server() -> None:
    reach = Reach(HOME)
    reach.check(HOME, PUBLIC)
    with pytest.raises(SourceUnavailable):
        reach.check((HOME[0], 80), LOOPBACK)


def test_registry_may_be_anywhere() -> None:
    for address in (METADATA, PRIVATE, LOOPBACK):
        Reach(HOME).check(HOME, address)


def test_loopback() -> None:
    for host in ("localhost", "a.localhost", "127.0.0.1", "127.255.0.1", "::1", "[::1]", "::ffff:127.0.0.1"):
        assert is_loopback(host), host
    for host in ("localhost.example", "notlocalhost", "10.0.0.1", "127.0.0.1.example", "1.1.1.1", "", "0.0.0.0"):
        assert not is_loopback(host), host


def test_address_as_a_name_is_looked_at_before_a_connection() -> None:
    reach = Reach(HOME)
    for address in (METADATA, LOOPBACK, "[::1]", "fe80::1"):
        with pytest.raises(SourceUnavailable, match="further inside"):
            reach.check_name((address, 443))
    reach.check_name(("localhost", 443))
    reach.check_name((PUBLIC, 443))


@pytest.mark.parametrize(
    ("host", "home", "expected"),
    [
        ("ghcr.io", "ghcr.io", True),
        ("auth.docker.io", "registry-1.docker.io", True),
        ("gitlab.com", "registry.gitlab.com", True),
        ("auth.corp.example.com", "hub.corp.example.com", True),
        ("evil.io", "ghcr.io", False),
        ("evildocker.io", "registry-1.docker.io", False),
        ("docker.io.evil.com", "registry-1.docker.io", False),
        ("10.0.0.2", "10.0.0.1", False),
        ("1.0.0.1", "9.0.0.1", False),
        ("localhost", "127.0.0.1", True),
        ("::2", "::1", False),
        ("com", "gitlab.com", False),
    ],
)
def test_same_site(host: str, home: str, *, expected: bool) -> None:
    assert is_same_site(host, home) is expected
