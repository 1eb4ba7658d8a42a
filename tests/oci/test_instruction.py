"""Instructions as somebody wrote them, without builders' wrapping and without secrets."""

import pytest

from layerscope.oci.instruction import clean_instruction, mask_secrets
from tests.oci.limits import at_most

MASK = "•••"
CLEANED = [
    pytest.param('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]', id="legacy: no layer"),
    pytest.param("/bin/sh -c #(nop) ADD file:1a2b in / ", "ADD file:1a2b in /", id="legacy: ADD"),
    pytest.param("/bin/sh -c #(nop) COPY dir:1a in /app ", "COPY dir:1a in /app", id="legacy: COPY"),
    pytest.param("/bin/sh -c #(nop)  ENV A=b c=d", "ENV A=b c=d", id="legacy: ENV"),
    pytest.param("/bin/sh -c apt-get update", "RUN apt-get update", id="legacy: RUN"),
    pytest.param("/bin/bash -c apt-get update", "RUN apt-get update", id="legacy: bash"),
    pytest.param("/bin/bash -o pipefail -c set -e; x", "RUN set -e; x", id="legacy: bash with pipefail"),
    pytest.param("|1 A=b /bin/sh -c make $A", "RUN make $A", id="legacy: RUN with an ARG"),
    pytest.param("|2 A=b C=d e /bin/sh -c make", "RUN make", id="legacy: an ARG with a space"),
    pytest.param("|2 A=/bin/sh -c x C=d /bin/sh -c make", "RUN make", id="legacy: an ARG with a shell"),
    pytest.param("|2 A=b c d C=e make all", "RUN make all", id="legacy: no shell"),
    pytest.param("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update", id="BuildKit: RUN"),
    pytest.param("RUN |1 A=b /bin/sh -c make $A # buildkit", "RUN make $A", id="BuildKit: RUN with an ARG"),
    pytest.param(
        "RUN |2 A=b C= /bin/bash -o pipefail -c curl x | sh # buildkit",
        "RUN curl x | sh",
        id="BuildKit: bash with ARGs",
    ),
    pytest.param("COPY . /app # buildkit", "COPY . /app", id="BuildKit: COPY"),
    pytest.param("ENV A=b", "ENV A=b", id="BuildKit: ENV"),
    pytest.param('CMD ["python" "-m" "x"]', 'CMD ["python" "-m" "x"]', id="BuildKit: CMD"),
    pytest.param("WORKDIR /app", "WORKDIR /app", id="BuildKit: WORKDIR"),
    pytest.param(
        "RUN /bin/sh -c apt-get update &&     apt-get install -y  a\t b # buildkit",
        "RUN apt-get update && apt-get install -y a b",
        id="BuildKit: lines joined",
    ),
    pytest.param("/bin/sh -c #(nop) COPY file:1a in /x|x", "COPY file:1a in /x|x", id="buildah: as legacy"),
    pytest.param("RUN apt-get update", "RUN apt-get update", id="kaniko: RUN"),
    pytest.param("COPY --from=builder /a /b", "COPY --from=builder /a /b", id="kaniko: COPY"),
    pytest.param("bazel build ...", "bazel build ...", id="bazel"),
    pytest.param("layer 1", "layer 1", id="something else"),
    pytest.param("", "", id="nothing"),
    pytest.param("   ", "", id="spaces"),
    pytest.param("RUN |x /bin/sh -c y", "RUN |x /bin/sh -c y", id="a count that is none"),
    pytest.param("RUN |999999999 A=b", "RUN", id="more ARGs than words"),
    pytest.param("RUN |" + "1" * 5_000 + " A=b", "RUN |" + "1" * 5_000 + " A=b", id="a count of many digits"),
]


@pytest.mark.parametrize(("created_by", "expected"), CLEANED)
def test_clean(created_by: str, expected: str) -> None:
    assert clean_instruction(created_by) == expected


# Before the secret, the secret, after it.
SECRETS = [
    ("RUN curl https://", "user:hunter2", "@example.org/x"),
    ("RUN git clone https://", "x-access-token:abcdefgh", "@github.com/a/b"),
    ("RUN git clone https://", "abcdefghijklmnopqrstuvwx", "@github.com/a/b"),
    ("RUN pip install --index-url https://", "me:p%40ss", "@example.org/simple x"),
    ("ENV TOKEN=", "abc123", ""),
    ("ENV HF_TOKEN=", "abc123", " OTHER=1"),
    ("ENV hf_token ", "abc123", ""),
    ("RUN |1 A=b /bin/sh -c DB_PASSWORD=", "hunter2", " ./configure"),
    ("RUN export API_KEY='", "two words", "' && make"),
    ('RUN export API_KEY="', "two words", '" && make'),
    ("ARG AWS_SECRET_ACCESS_KEY=", "abc/def+ghi", ""),
    ("ENV MYSQL_ROOT_PASSWORD: ", "hunter2", ""),
    ("RUN login --password ", "hunter2", " --user me"),
    ("RUN login --password=", "hunter2", " --user me"),
    ("RUN login ", "ghp_" + "a1B2" * 9, ""),
    ("RUN login ", "github_pat_" + "a1B2_" * 9, ""),
    ("RUN huggingface-cli login x ", "hf_" + "a1B2" * 9, ""),
    ("RUN login ", "glpat-" + "a1B2-" * 4, ""),
    ("RUN aws configure set x ", "AKIA" + "IOSFODNN7EXAMPLE", ""),
    ("RUN aws configure set x ", "ASIA" + "IOSFODNN7EXAMPLE", ""),
    ("RUN use ", "sk-" + "a1B2" * 9, ""),
    ("RUN use ", "xoxb-" + "1234567890-abc", ""),
]


@pytest.mark.parametrize(
    ("before", "secret", "after"), SECRETS, ids=[secret[:20] + before[-12:] for before, secret, _ in SECRETS]
)
def test_secret_is_masked(before: str, secret: str, after: str) -> None:
    shown = clean_instruction(before + secret + after)
    assert secret not in shown
    assert not any(word in shown for word in secret.split() if len(word) > 3)
    assert MASK in shown
    # What is around it stays readable.
    assert after.strip("'\" ") in shown
    assert shown.split()[0] == before.split(maxsplit=1)[0]


# Names and words that only look like a secret's.
PLAIN = [
    "RUN --mount=type=secret,id=pip_token pip install x",
    "RUN --mount=type=secret,id=pip_token,target=/run/secrets/pip_token pip install x",
    "RUN --mount=type=secret,id=hf_token,env=HF_TOKEN python download.py",
    "RUN --mount=type=secret,id=token cat /run/secrets/token",
    "ENV PYTHONHASHSEED=0",
    "RUN pip install tokenizers==0.20",
    "RUN pip install tokenizers>=0.20 sentencepiece",
    "RUN pip install secretstorage==3.3.3 keyring",
    "RUN python -m spacy download tokenizer",
    "ENV TOKENIZERS_PARALLELISM=false",
    "ENV MAX_TOKENS=4096",
    "COPY tokenizer.json /app/",
    "COPY tokenizer_config.json special_tokens_map.json /app/",
    "RUN cat /etc/passwd root",
    "RUN useradd app && sed -i s/x/y/ /etc/passwd",
    "RUN passwd -d root",
    "RUN apt-get install -y libsecret-1-0 gnome-keyring",
    "RUN git clone https://github.com/a/b",
    "RUN pip install git+ssh://git@github.com/a/b",
    "ENV AUTHOR=me@example.org",
    "ARG GITHUB_TOKEN",
    "COPY --chown=app:app . /app",
    "RUN echo risk-" + "a" * 30,
    "ENV SHA=sha256:" + "0123456789abcdef" * 4,
    "RUN pip install sk-learn",
]


@pytest.mark.parametrize("instruction", PLAIN)
def test_no_secret_is_left_as_it_is(instruction: str) -> None:
    assert clean_instruction(instruction) == instruction


@pytest.mark.parametrize(
    "unit",
    ["_", "a", "a_", "token", "token ", "token=", "://", "://a:", "://a@", "sk-", "hf_", "'", '"secret=', "AKIA", " "],
)
def test_long_instructions_take_linear_time(unit: str) -> None:
    # 300 kB take milliseconds where every character is looked at a few times, and minutes where the work is quadratic.
    text = unit * (300_000 // len(unit))
    with at_most(60):
        mask_secrets(text)
        clean_instruction("RUN |3 " + text)
