"""Credentials in text: what is reported is also hidden, and what only looks like one is not reported."""

import re

import pytest

from layerscope.oci.credentials import find_credentials, is_credential, mask_arguments, mask_secrets
from tests.oci.limits import at_most

# Shapes as their makers document them.
SHAPES = [
    ("ghp_" + "a1B2" * 9, "GitHub token"),
    ("github_pat_" + "a1B2_" * 9, "GitHub token"),
    ("hf_" + "a1B2" * 9, "Hugging Face token"),
    ("glpat-" + "a1B2-" * 4, "GitLab token"),
    ("ASIA" + "IOSFODNN7EXAMPLE", "AWS access key"),
    ("sk-" + "a1B2" * 9, "secret key that begins with sk-"),
    ("sk_live_" + "a1B2" * 6, "Stripe key"),
    ("xoxb-" + "1234567890-abc", "Slack token"),
    ("AIza" + "a1B2_" * 7, "Google API key"),
    ("pypi-" + "AgEIcHlwaS5vcmc" * 4, "PyPI token"),
    ("npm_" + "a1B2" * 9, "npm token"),
    ("dckr_pat_" + "a1B2-" * 5, "Docker Hub token"),
]


@pytest.mark.parametrize(("secret", "kind"), SHAPES, ids=[secret[:9] for secret, _ in SHAPES])
def test_shapes(secret, kind):
    text = f"RUN use {secret} && make"
    assert find_credentials(text) == (kind,)
    assert mask_secrets(text) == "RUN use ••• && make"


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("RUN curl -H 'Authorization: ", "Bearer abcdefgh1234", "' https://example.org"),
        ("RUN curl -u ", "me:hunter2x", " -O https://example.org/x"),
        ("RUN sshpass -p ", "hunter2x", " ssh me@example.org"),
        ("RUN echo '", "root:hunter2x", "' | chpasswd"),
        ("ENV KAGGLE_KEY=", "0123456789abcdef", ""),
        ("ENV GITHUB_PAT=", "0123456789abcdef", ""),
        ("RUN PGPASSWORD=", "hunter2x", " psql"),
        ("RUN npm config set //registry.example.org/:_authToken=", "abcdefghijkl", ""),
        ("RUN DB_PASS=", "hunter2x", " make"),
    ],
)
def test_places(before, secret, after):
    text = before + secret + after
    assert secret not in mask_secrets(text)
    assert mask_secrets(text).startswith(before.rstrip())
    assert len(find_credentials(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "RUN adduser --disabled-password appuser",
        "RUN adduser --system --no-create-home --disabled-password --gecos '' app",
        "RUN useradd -u 1000 app && chown 1000:1000 /app",
        "RUN echo ok | chpasswd",
        "RUN docker run -u 1000:1000 x",
        "RUN pip install pypi-simple npm_tools sk-learn",
    ],
)
def test_left_as_it_is(text):
    assert mask_secrets(text) == text
    assert find_credentials(text) == ()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HF_TOKEN", "abcdefgh", True),
        ("hf-token", "abcdefgh", True),
        ("PRIVATE_KEY", "abcdefgh", True),
        ("PUBLIC_KEY", "abcdefgh", False),
        ("TOKEN", "", False),
        ("TOKEN", "abc", False),
        ("TOKEN", "$OTHER_TOKEN", False),
        ("TOKEN", "prefix-${OTHER}", False),
        ("TOKEN", "changeme", False),
        ("TOKEN", "/run/secrets/token", False),
        ("TOKEN_FILE", "abcdefgh", False),
        ("TOKENIZER", "abcdefgh", False),
    ],
)
def test_variables(name, value, expected):
    assert is_credential(name, value) is expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RUN tool --token    a1B2c3D4", "RUN tool --token •••"),
        ("RUN tool --token\t\ta1B2c3D4  && make", "RUN tool --token ••• && make"),
        ("RUN curl  -u   me:a1B2c3D4 https://example.org", "RUN curl -u ••• https://example.org"),
        ("RUN HF_TOKEN  =  a1B2c3D4 make", "RUN HF_TOKEN = ••• make"),
        ("/bin/sh -c #(nop)  ENV HF_TOKEN a1B2c3D4", "/bin/sh -c #(nop) ENV HF_TOKEN •••"),
        ("RUN make  &&  HF_TOKEN=a1B2c3D4 make", "RUN make  &&  HF_TOKEN=••• make"),
        ("RUN make  &&  make", "RUN make  &&  make"),
        ('CMD ["tool", "--token", "a1B2c3D4", "-v"]', 'CMD ["tool", "--token", •••, "-v"]'),
        ('CMD ["tool" "--token" "a1B2c3D4" "-v"]', 'CMD ["tool" "--token" ••• "-v"]'),
        ('CMD ["tool","--api-key","a1B2c3D4"]', 'CMD ["tool","--api-key",•••]'),
    ],
)
def test_blanks_and_lists_hide_nothing_from_the_mask(text, shown):
    assert mask_secrets(text) == shown


def test_arguments_are_masked_behind_their_names():
    arguments = ["tool", "--password", "a b", "--token=a1B2c3", "--api-key", "$KEY", "--tokenizer", "x", "--pat", "-v"]
    masked = ["tool", "--password", "•••", "--token=•••", "--api-key", "$KEY", "--tokenizer", "x", "--pat", "-v"]
    assert mask_arguments(arguments) == masked


def test_no_value_is_told():
    kinds = find_credentials("RUN |2 DB_PASSWORD=hunter2x API_KEY=0123456789 /bin/sh -c x")
    assert kinds == ("value of DB_PASSWORD", "value of API_KEY")
    assert not re.search("hunter2x|0123456789", repr(kinds))


@pytest.mark.parametrize(
    "unit",
    [
        "a:",
        "aa:bb",
        "-u a:b ",
        " -u a:b",
        "Authorization:",
        "PRIVATE KEY-----",
        "://a:b",
        "pass",
        "PASS=a ",
        "--pass ",
        "AIza",
    ],
)
def test_long_texts_take_linear_time(unit):
    text = unit * (1_000_000 // len(unit))
    with at_most(8):
        mask_secrets(text)
        find_credentials(text)
