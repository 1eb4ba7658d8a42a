"""TLS, plain HTTP, proxies, and hosts that are not there."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from layerscope.errors import SourceUnavailable
from layerscope.sources.options import RegistryOptions
from layerscope.sources.registry.transport import Transport
from tests.images import file, layer
from tests.sources.registry.fake_registry import HASTY, FakeRegistry, say, serving
from tests.sources.registry.token_server import make_certificate
from tests.sources.sample import layout

FILES = layout([layer(file("a", b"a" * 1_000))], history=None)
PLAIN = RegistryOptions(plain_hosts=("registry.example",), silence_seconds=0.5, first_wait_seconds=0.001)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for this machine that signed itself."""
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder, "localhost", "subjectAltName=IP:127.0.0.1")
    return folder


@pytest.fixture
def secure(certificate: Path) -> Iterator[FakeRegistry]:
    """Serve the image by TLS."""
    with serving(FILES, certificate=certificate) as fake:
        yield fake


def test_own_authority(secure: FakeRegistry, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    assert secure.analyze().index.stored_bytes == 1_000


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",)])
def test_untrusted_certificate_is_never_passed_over(secure: FakeRegistry, hosts: tuple[str, ...]) -> None:
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 is not trusted: self.signed.*SSL_CERT_FILE"):
        secure.analyze(RegistryOptions(plain_hosts=hosts, first_wait_seconds=0.001))
    assert secure.asked == []


def test_certificate_for_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_certificate(tmp_path, "registry.example", "subjectAltName=DNS:registry.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with serving(FILES, certificate=tmp_path) as registry:
        with pytest.raises(SourceUnavailable, match="not trusted: IP address mismatch"):
            registry.analyze()
        assert registry.asked == []


def test_redirect_from_https_to_plain_http_elsewhere(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))

    def redirect(handler: object) -> None:
        handler.say(302, b"", ("Location", "http://example.com/"))  # type: ignore[attr-defined]

    with (
        serving(FILES, {"manifests/latest": redirect}, certificate=certificate) as registry,
        pytest.raises(SourceUnavailable, match="only https is safe"),
    ):
        registry.analyze()


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        fake = FakeRegistry({}, {}, f"127.0.0.1:{probe.getsockname()[1]}")
        with pytest.raises(SourceUnavailable, match="cannot be reached: Connection refused"):
            fake.analyze()


def test_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SourceUnavailable, match=r"no address for the registry's host registry\.example"):
        FakeRegistry({}, {}, "registry.example").analyze()


def test_plain_http_needs_to_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not this machine by its name: the name leads here all the same."""
    with serving(FILES) as registry:
        port = registry.address.rpartition(":")[2]
        find_here(monkeypatch)
        registry.address = f"registry.example:{port}"
        with pytest.raises(SourceUnavailable, match=r"does not speak TLS.*--insecure-registry registry\.example"):
            registry.analyze()
        assert registry.asked == []
        for allowed in ("registry.example", "Registry.Example", f"registry.example:{port}"):
            registry.analyze(RegistryOptions(plain_hosts=(allowed,)))
        for other in ("example", "other.example", f"registry.example:{int(port) + 1}"):
            with pytest.raises(SourceUnavailable, match="does not speak TLS"):
                registry.analyze(RegistryOptions(plain_hosts=(other,)))


def test_host_that_leads_further_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is public, its address is not: nothing is sent. The registry itself was never reached, so is public."""
    with serving(FILES) as inside:
        find_here(monkeypatch)
        transport = Transport("registry.example", PLAIN)
        port = inside.address.rpartition(":")[2]
        try:
            with pytest.raises(SourceUnavailable, match="further inside a network than the registry"):
                transport.request("GET", f"http://registry.example:{port}/v2/", {})
        finally:
            transport.close()
        assert inside.asked == []


def test_login_is_kept_from_token_servers_of_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the user's files say that it may know."""
    find_here(monkeypatch)
    path = home / ".docker/config.json"
    path.parent.mkdir()
    entry = {"username": "somebody", "password": "very-secret-word"}
    options = RegistryOptions(plain_hosts=("registry.example", "auth.other"), first_wait_seconds=0.001)
    with serving(FILES) as registry:
        port = registry.address.rpartition(":")[2]
        registry.address = f"registry.example:{port}"
        challenge = f'Bearer realm="http://auth.other:{port}/token"'
        registry.answers |= dict.fromkeys(registry.documents, say(401, WWW_Authenticate=challenge))
        registry.answers["token"] = say(200, b'{"token": "t"}')
        for known, expected in ((False, None), (True, "Basic c29tZWJvZHk6dmVyeS1zZWNyZXQtd29yZA==")):
            path.write_text(json.dumps({"auths": {registry.address: entry} | ({"auth.other": entry} if known else {})}))
            registry.asked.clear()
            with pytest.raises(SourceUnavailable, match="HTTP 401") as caught:
                registry.analyze(options)
            assert {asked.headers.get("Authorization") for asked in registry.requests("token")} == {expected}
            assert ("was not sent to auth.other" in str(caught.value)) is not known


def find_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name lead to this machine."""
    real = socket.getaddrinfo

    def find(_host: str, *arguments: object, **options: object) -> object:
        return real("127.0.0.1", *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", find)


@pytest.mark.parametrize("excepted", ["", "registry.example", "other.example"])
def test_proxy(monkeypatch: pytest.MonkeyPatch, excepted: str) -> None:
    with serving(FILES) as proxy:
        monkeypatch.setenv("http_proxy", f"http://somebody:word@{proxy.address}")
        monkeypatch.setenv("no_proxy", excepted)
        proxy.address, address = "registry.example:81", proxy.address
        if excepted == "registry.example":
            with pytest.raises(SourceUnavailable):
                proxy.analyze(PLAIN)
            assert proxy.asked == []
        else:
            monkeypatch.setenv("https_proxy", f"http://{address}")
            assert proxy.analyze(PLAIN).index.stored_bytes == 1_000
            assert all(asked.path.startswith("http://registry.example:81/v2/") for asked in proxy.asked)
            assert all("proxy-authorization" in asked.headers for asked in proxy.asked)


def test_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with serving(FILES) as registry:
        assert registry.analyze(HASTY).index.stored_bytes == 1_000
