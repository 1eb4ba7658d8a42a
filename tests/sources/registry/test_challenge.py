"""What registries ask for, as RFC 9110 writes it and as real ones send it."""

import time
from urllib.request import parse_http_list, parse_keqv_list

import pytest

from layerscope.sources.registry.challenge import Challenge, parse_challenges

HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'


def test_bearer_as_the_standard_library_reads_it() -> None:
    (challenge,) = parse_challenges([HUB])
    assert challenge.scheme == "bearer"
    assert challenge.parameters == parse_keqv_list(parse_http_list(HUB.removeprefix("Bearer ")))


@pytest.mark.parametrize(
    "headers",
    [
        ['Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"'],
        ['Newauth realm="apps",type=1 , title="Login to \\"apps\\""', 'BASIC realm = "simple"'],
    ],
)
def test_several_challenges(headers: list[str]) -> None:
    """The example of RFC 9110, section 11.6.1."""
    assert parse_challenges(headers) == [
        Challenge("newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'}),
        Challenge("basic", {"realm": "simple"}),
    ]


def test_word_within_quotes_is_no_scheme() -> None:
    (challenge,) = parse_challenges(['Bearer realm="https://a/?x=, Basic realm=y",service=s'])
    assert challenge.parameters == {"realm": "https://a/?x=, Basic realm=y", "service": "s"}


def test_first_of_repeated_parameters_counts() -> None:
    (challenge,) = parse_challenges(['Bearer realm="https://a",realm="https://b"'])
    assert challenge.parameters == {"realm": "https://a"}


@pytest.mark.parametrize("header", ["", ",", '"', "=", 'realm="x"', "\x1b", '="Bearer"'])
def test_no_challenge(header: str) -> None:
    assert [item for item in parse_challenges([header]) if item.scheme in ("bearer", "basic")] in (
        [],
        [Challenge("bearer", {})],
    )


@pytest.mark.parametrize("text", ['a="\\', "a ", 'a="', "a=", "=" * 3, 'a="b', " \t"])
def test_long_headers_cost_little(text: str) -> None:
    begin_seconds = time.process_time()
    parse_challenges([text * 20_000] * 10)
    assert time.process_time() - begin_seconds < 5
