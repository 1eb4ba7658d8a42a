"""What the rule `secrets-in-history` finds, what it leaves alone, and that no value gets out."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file
from tests.oci.limits import at_most

HELD = [
    ("RUN |1 PRIVATE_TOKEN={} /bin/sh -c pip install x # buildkit", "secret123", "value of PRIVATE_TOKEN"),
    ("|2 A=b DB_PASSWORD={} /bin/sh -c make", "hunter2x", "value of DB_PASSWORD"),
    ("RUN /bin/sh -c pip install --extra-index-url https://{}@example.org/simple x", "me:hunter2", "password in a URL"),
    ("RUN /bin/sh -c git clone https://{}@github.com/a/b", "ghp_" + "a1B2" * 9, "GitHub token"),
    ("RUN login --user me --password {}", "hunter2x", "value of password"),
    ("RUN export HF_TOKEN={} && python3 get.py", "hf_" + "a1B2" * 9, "Hugging Face token"),
    ("RUN curl -H 'Authorization: Bearer {}' https://example.org/x", "abcdefgh1234", "authorization header"),
    ("RUN curl -u {} https://example.org/x", "me:hunter2x", "user and password for curl"),
    ("RUN echo '{}' | chpasswd", "root:hunter2x", "password for chpasswd"),
    ("RUN aws configure set aws_secret_access_key {}", "AKIA" + "IOSFODNN7EXAMPLE", "AWS access key"),
    ("LABEL api_key={}", "0123456789abcdef", "value of api_key"),
]


def found(*steps, **more):
    count = sum(isinstance(step, str) for step in steps)
    layers = [[file(f"x{number}", b"x")] for number in range(count)]
    return only(findings_of(layers, history=steps, **more), "secrets-in-history")


@pytest.mark.parametrize(("step", "secret", "kind"), HELD, ids=[kind for _, _, kind in HELD])
def test_finds_and_masks(step, secret, kind):
    [finding] = found("RUN make", step.format(secret))
    assert finding.layers == (1,)
    assert kind in finding.evidence[0]
    assert secret not in repr(finding)


@pytest.mark.parametrize("step", ["ARG PRIVATE_TOKEN=secret123", "/bin/sh -c #(nop)  ARG PRIVATE_TOKEN=secret123"])
def test_finds_the_default_of_an_argument(step):
    [finding] = found("RUN make", (step,))
    assert "secret123" not in repr(finding)


@pytest.mark.parametrize(
    "step",
    [
        "ARG GITHUB_TOKEN",
        "RUN |1 HF_TOKEN= /bin/sh -c make # buildkit",
        "RUN pip install --extra-index-url https://$(cat /run/secrets/pip_token)@example.org/simple x",
        "RUN pip install --extra-index-url https://${USER}:${PASSWORD}@example.org/simple x",
        'RUN HF_TOKEN="$(cat /run/secrets/hf)" python3 get.py',
        "RUN TOKEN=$TOKEN make",
        "RUN adduser --disabled-password --gecos '' appuser",
        "RUN adduser --disabled-password appuser",
        "RUN docker login --password-stdin registry.example.org",
        "RUN export TOKEN_FILE=/run/secrets/token PASSWORD_LENGTH=32 SECRET_NAME=prod-secret",
        "RUN sed -i s/x/y/ /etc/passwd && passwd -d root",
        "ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
        "RUN git clone https://github.com/a/b && pip install git+ssh://git@github.com/a/b",
        "RUN echo 'API_KEY=changeme' > .env.example",
        "RUN API_TOKEN=<token> make",
        "RUN chown 1000:1000 /app && curl -u https://example.org",
    ],
)
def test_leaves_alone(step):
    assert not found("RUN make", step)


def test_the_bases_is_the_bases():
    [finding] = found("RUN |1 DB_PASSWORD=hunter2x /bin/sh -c make", "RUN make", base_count=1)
    assert (finding.who_can_fix, finding.layers) == ("base", (0,))


@pytest.mark.parametrize("unit", ["a:", "PASSWORD=", "-u a:b ", "://a:b", "TOKEN ", "Authorization: ", "A=b "])
def test_hostile_text_takes_linear_time(unit):
    with at_most(60):
        found("RUN |3 " + unit * (300_000 // len(unit)))
