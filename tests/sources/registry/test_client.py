"""Requests that are refused, delayed, redirected or need a token; the wrong ones end, and no secret goes astray."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from layerscope.errors import ImageError, LimitExceeded, MalformedImage, SourceUnavailable
from layerscope.sources.options import RegistryOptions
from tests.images import file, layer
from tests.sources.registry.fake_registry import (
    TAG,
    Answer,
    FakeRegistry,
    Handler,
    cut_after,
    endless,
    hang_up,
    in_turn,
    say,
    serving,
    trickle,
    usual,
)
from tests.sources.sample import layout

FILES = layout([layer(file("a", b"a" * 1_000)), layer(file("b", b"b" * 2_000))], history=None)
MANIFEST = f"manifests/{TAG}"
USER, PASSWORD = "somebody", "very-secret-word"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve the image."""
    with serving(FILES) as fake:
        yield fake


def log_in(home: Path, host: str, **entry: str) -> None:
    path = home / ".docker/config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"auths": {host: entry or {"username": USER, "password": PASSWORD}}}))


def is_read(registry: FakeRegistry) -> None:
    """Analyze, and have the sizes that were worked out by hand."""
    assert registry.analyze().index.stored_bytes == 3_000


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_tried_again(registry: FakeRegistry, status: int) -> None:
    registry.answers[MANIFEST] = in_turn(say(status), say(status, Retry_After="0"), hang_up, usual)
    is_read(registry)
    assert len(registry.requests(MANIFEST)) == 4


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (say(500, b'{"errors": [{"message": "the disk is full"}]}'), "HTTP 500, the disk is full"),
        (say(429), "limits how often"),
        (hang_up, "stopped answering"),
    ],
)
def test_lasting_trouble_ends(registry: FakeRegistry, answer: Answer, said: str) -> None:
    registry.answers[MANIFEST] = answer
    with pytest.raises(SourceUnavailable, match=said):
        registry.analyze()
    assert len(registry.requests(MANIFEST)) == 4


def test_manifest_that_is_cut_is_fetched_again(registry: FakeRegistry) -> None:
    registry.answers[MANIFEST] = in_turn(cut_after(0), cut_after(50), usual)
    is_read(registry)


def test_wait_that_is_too_long_is_told() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for wait, said in (("3600", "in 3600 s"), (later, r"in 3[56]\d\d s")):
        with serving(FILES, {MANIFEST: say(429, Retry_After=wait)}) as registry:
            with pytest.raises(SourceUnavailable, match=f"limits how often.*Try again {said}, or log in first"):
                registry.analyze()
            assert len(registry.requests(MANIFEST)) == 1


@pytest.mark.parametrize("wait", ["-1", "soon", "1e9", "٣", "Mon, 99 Foo 0000", "9" * 400])
def test_wait_that_is_none(registry: FakeRegistry, wait: str) -> None:
    registry.answers[MANIFEST] = in_turn(
        lambda handler: handler.say(503, b"", ("Retry-After", wait.encode().decode("latin-1"))), usual
    )
    if wait.startswith("9"):
        with pytest.raises(SourceUnavailable, match="HTTP 503"):
            registry.analyze()
    else:
        is_read(registry)


@pytest.mark.parametrize("status", [400, 403, 404, 418, 451])
def test_refusals_are_not_tried_again(registry: FakeRegistry, status: int) -> None:
    registry.answers[MANIFEST] = say(status, b'{"errors": [{"message": "no\\u001b[31m\\u202e"}]}')
    with pytest.raises(ImageError, match=f"HTTP {status}") as caught:
        registry.analyze()
    assert len(registry.requests(MANIFEST)) == 1
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 60_000, b'{"errors": {}}', b"\xff", b'{"errors": [1]}'])
def test_refusal_without_a_reason(registry: FakeRegistry, body: bytes) -> None:
    registry.answers[MANIFEST] = say(403, body)
    with pytest.raises(SourceUnavailable, match="HTTP 403, Forbidden"):
        registry.analyze()


ENDLESS = {
    "manifest": (endless(200, b" " * 65_536), LimitExceeded, "over 4194304 bytes"),
    "refusal": (endless(403, b" " * 65_536), SourceUnavailable, "HTTP 403"),
    "trickled manifest": (trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"), SourceUnavailable, "trickles"),
    "trickled head": (trickle(b"HTTP/1.1 200 OK\r\nX-Long: "), SourceUnavailable, "stopped answering"),
    "silence": (lambda handler: handler.rfile.read(1), SourceUnavailable, "fell silent"),
    "no HTTP": (lambda handler: handler.wfile.write(b"\0" * 100_000), SourceUnavailable, "stopped answering"),
    "headers": (
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000),
        SourceUnavailable,
        "stopped answering",
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_answers(registry: FakeRegistry, name: str) -> None:
    registry.answers[MANIFEST], error, said = ENDLESS[name]
    hasty = RegistryOptions(first_wait_seconds=0.001, silence_seconds=0.2, connect_seconds=5, tries=2)
    with pytest.raises(error, match=said):
        registry.analyze(hasty)


def needing(header: str, challenge: str) -> Answer:
    """Answer as usual whoever shows that header, and others with a challenge."""

    def answer(handler: Handler) -> None:
        if handler.headers.get("Authorization") == header:
            usual(handler)
        else:
            handler.say(401, b'{"errors": [{"message": "authentication required"}]}', ("WWW-Authenticate", challenge))

    return answer


def need_everywhere(registry: FakeRegistry, answer: Answer) -> None:
    registry.answers |= dict.fromkeys(registry.documents, answer)


def test_password_is_shown_only_when_asked_for(registry: FakeRegistry, home: Path) -> None:
    log_in(home, registry.address)
    is_read(registry)
    assert not any("Authorization" in asked.headers for asked in registry.asked)
    need_everywhere(registry, needing(BASIC, 'Basic realm="x"'))
    registry.asked.clear()
    is_read(registry)
    assert ["Authorization" in asked.headers for asked in registry.asked][:2] == [False, True]


@pytest.mark.parametrize("challenge", ["", "Negotiate", 'Digest realm="x"', "Bearer", 'Bearer realm=""', "Basic"])
def test_challenges_that_cannot_be_answered(registry: FakeRegistry, challenge: str) -> None:
    need_everywhere(registry, needing("nothing", challenge))
    with pytest.raises(SourceUnavailable):
        registry.analyze()


class Tokens:
    """A token server at the registry itself; each token is good for a number of requests."""

    def __init__(self, registry: FakeRegistry, *, uses: int) -> None:
        self.given = 0
        self.left = 0
        self._uses = uses
        self._challenge = f'Bearer realm="http://{registry.address}/token",service="s"'
        need_everywhere(registry, self.check)
        registry.answers["token"] = self.give

    def check(self, handler: Handler) -> None:
        if handler.headers.get("Authorization") == f"Bearer token-{self.given}" and self.left > 0:
            self.left -= 1
            usual(handler)
        else:
            handler.say(401, b"", ("WWW-Authenticate", self._challenge))

    def give(self, handler: Handler) -> None:
        self.given += 1
        self.left = self._uses
        handler.say(200, b'{"access_token": "token-%d", "expires_in": 1}' % self.given)


def test_tokens_that_expire_are_renewed(registry: FakeRegistry) -> None:
    tokens = Tokens(registry, uses=1)
    is_read(registry)
    # A manifest, a configuration and two layers, which two threads may ask for at once.
    assert tokens.given >= 4
    assert all("scope=repository%3Asome%2Fsample%3Apull" in asked.path for asked in registry.requests("token"))


def test_one_token_for_all_requests(registry: FakeRegistry) -> None:
    tokens = Tokens(registry, uses=100)
    is_read(registry)
    assert tokens.given == 1


def test_token_that_is_never_good(registry: FakeRegistry) -> None:
    Tokens(registry, uses=0)
    with pytest.raises(SourceUnavailable, match="refuses access to image some/sample:latest: HTTP 401"):
        registry.analyze()
    assert len(registry.requests("token")) == 2


def test_token_server_in_passing_trouble(registry: FakeRegistry) -> None:
    tokens = Tokens(registry, uses=100)
    registry.answers["token"] = in_turn(say(503), hang_up, say(429, Retry_After="0"), tokens.give)
    is_read(registry)
    registry.answers["token"] = say(503, b'{"details": "out of order"}')
    tokens.left = 0
    with pytest.raises(SourceUnavailable, match=r"token server \S+ gives no token \(HTTP 503, out of order"):
        registry.analyze()


def test_token_server_without_tls(registry: FakeRegistry) -> None:
    need_everywhere(registry, needing("nothing", f'Bearer realm="https://{registry.address}/token"'))
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 does not speak TLS"):
        registry.analyze()


TOKEN_ANSWERS = {
    "redirect": (say(302, Location="http://127.0.0.1:1/"), SourceUnavailable, "gives no token"),
    "endless": (endless(200, b" " * 65_536), LimitExceeded, "over 262144 bytes"),
    "no token": (say(200, b"{}"), MalformedImage, "holds no token"),
    "no JSON": (say(200, b"token"), MalformedImage, "not valid JSON"),
    "number": (say(200, b'{"token": 1}'), MalformedImage, "not a string"),
    "line break": (say(200, b'{"token": "a\\r\\nX-Evil: 1"}'), MalformedImage, "holds no token"),
    "echo": (
        lambda handler: handler.say(
            400, json.dumps({"details": f"bad: {handler.headers['Authorization']} {PASSWORD}"}).encode()
        ),
        SourceUnavailable,
        r"bad: \*\*\* \*\*\*",
    ),
}


@pytest.mark.parametrize("name", TOKEN_ANSWERS)
def test_odd_token_servers(registry: FakeRegistry, home: Path, name: str) -> None:
    log_in(home, registry.address)
    Tokens(registry, uses=1)
    registry.answers["token"], error, said = TOKEN_ANSWERS[name]
    with pytest.raises(error, match=said) as caught:
        registry.analyze()
    assert PASSWORD not in str(caught.value)
    assert BASIC not in str(caught.value)


@pytest.mark.parametrize(
    ("realm", "said"),
    [
        ("http://auth.example/token", "only https is safe"),
        ("ftp://127.0.0.1/token", "only https is safe"),
        ("file:///etc/passwd", "an address that is none"),
        ("http://user:word@127.0.0.1/token", "an address that none should have"),
        ("https://169.254.169.254/latest/meta-data", "further inside a network"),
        ("https://[fe80::1]/", "further inside a network"),
        ("http://127.0.0.1:99999/", "an address that is none"),
    ],
)
def test_realms_that_nobody_should_ask(registry: FakeRegistry, home: Path, realm: str, said: str) -> None:
    log_in(home, registry.address)
    need_everywhere(registry, needing("nothing", f'Bearer realm="{realm}"'))
    with pytest.raises(SourceUnavailable, match=said):
        registry.analyze()


def test_registry_token_needs_no_server(registry: FakeRegistry, home: Path) -> None:
    log_in(home, registry.address, registrytoken="given")
    need_everywhere(registry, needing("Bearer given", 'Bearer realm="http://127.0.0.1:1/"'))
    is_read(registry)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_another_host_takes_no_token(registry: FakeRegistry, home: Path, status: int) -> None:
    log_in(home, registry.address)
    with serving(FILES) as elsewhere:

        def redirect(handler: Handler) -> None:
            url = f"http://{elsewhere.address}{handler.path}?X-Signature=signed"
            handler.say(status, b"", ("Location", url))

        def answer(handler: Handler) -> None:
            (needing(BASIC, "Basic") if "Authorization" not in handler.headers else redirect)(handler)

        need_everywhere(registry, answer)
        is_read(registry)
        assert len(elsewhere.asked) == 4
        assert not any("Authorization" in asked.headers for asked in elsewhere.asked)
        # A challenge of the other host is not answered either.
        need_everywhere(elsewhere, needing(BASIC, "Basic"))
        with pytest.raises(SourceUnavailable, match="HTTP 401") as caught:
            registry.analyze()
        assert not any("Authorization" in asked.headers for asked in elsewhere.asked)
        assert "signed" not in str(caught.value)


def test_redirect_within_the_registry_takes_the_login_along(registry: FakeRegistry, home: Path) -> None:
    log_in(home, registry.address)
    registry.documents["moved"] = registry.documents[MANIFEST]
    need_everywhere(registry, needing(BASIC, "Basic"))

    def move(handler: Handler) -> None:
        (say(307, Location="/moved") if "Authorization" in handler.headers else needing(BASIC, "Basic"))(handler)

    registry.answers[MANIFEST] = move
    is_read(registry)
    assert [asked.headers["Authorization"] for asked in registry.requests("moved")] == [BASIC]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/v2/some/sample/manifests/latest", "redirects without end"),
        ("", "an address that is none"),
        ("http://example.com/", "only https is safe"),
        ("file:///etc/passwd", "an address that is none"),
        ("http://user:word@127.0.0.1/", "an address that is none"),
        ("https://169.254.169.254/", "further inside a network"),
        ("http://[::1", "an address that is none"),
        ("http://127.0.0.1:1/", "cannot be reached"),
        ("https://SELF/", "does not speak TLS"),
    ],
)
def test_odd_redirects(registry: FakeRegistry, location: str, said: str) -> None:
    registry.answers[MANIFEST] = say(302, Location=location.replace("SELF", registry.address))
    with pytest.raises(SourceUnavailable, match=said):
        registry.analyze()


def test_secrets_are_not_logged(
    registry: FakeRegistry, home: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(home, registry.address)
    Tokens(registry, uses=2)
    is_read(registry)
    assert any(asked.headers.get("Authorization") == BASIC for asked in registry.requests("token"))
    said = caplog.text + "".join(capfd.readouterr())
    for secret in (PASSWORD, BASIC.removeprefix("Basic "), "token-1"):
        assert secret not in said
