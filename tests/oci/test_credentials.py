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
        ("RUN docker login -u me -p ", "hunter2x", " registry.example.org"),
        ("RUN sudo /usr/bin/podman --log-level debug login -p ", "'two; words'", " -u me"),
        ('RUN bash -c "docker login -u me -p ', "hunter2x", '"'),
        ("RUN mysql -p", "hunter2x", " -u root"),
        ("RUN make;mysqldump -u root -p", '"two words"', " shop"),
        ("RUN echo $(mariadb-admin -p", "123456", ")"),
        ('CMD ["mysql", "-p', "hunter2x", '", "shop"]'),
        ('CMD ["docker","login","-u","me","-p",', '"hunter2x"', "]"),
        ("RUN sshpass -p", "hunter2x", " ssh -p 22 example.org"),
        ("RUN sshpass -p ", "'two words'", " ssh example.org"),
        ("RUN curl https://example.org/x?token=", "hunter2x", ""),
        ("RUN curl 'https://example.org/x?a=b&access_token=", "hunter2x", "&c=d'"),
        ("RUN curl https://example.org/x?a=b&access_token=", "hunter2x", "&c=d"),
        ("ADD https://bucket.example.org/x?X-Amz-Date=1&X-Amz-Signature=", "0123456789abcdef", " /x"),
        ('RUN curl "https://example.org/x?sv=1&sig=', "abcd%2Fefgh", '"'),
        (r'CMD ["curl" "https://example.org/x?a=b\u0026token=', "hunter2x", r'\u0026c=d"]'),
        ("ENV URL=https://example.org/x?token=", "hunter2x", ""),
        (r'RUN echo "{\"user\": \"me\", \"password\": ', r"\"two words\"", r', \"a\": \"b\"}" > x.json'),
        (r'RUN echo "{\"password\":', r"\"hunter2x\"", '}" > x.json'),
        (r'CMD ["sh" "-c" "echo \"{\\\"password\\\": ', r"\\\"hunter2x\\\"", r'}\""]'),
        ('ENV CONFIG=\'{"password": ', '"hunter2x"', "}'"),
        ('RUN export PASSWORD="', r"two\"more words", '" && make'),
        ("RUN PASSWORD=", r"two\ words", " make"),
        ("RUN docker build --build-arg=TOKEN=", "hunter2x", " ."),
    ],
)
def test_places(before, secret, after):
    text = before + secret + after
    assert secret not in mask_secrets(text)
    assert not any(word in mask_secrets(text) for word in re.findall("[a-z]{5,}|[0-9]{5,}", secret))
    assert mask_secrets(text).startswith(before.rstrip('" '))
    assert mask_secrets(text).endswith(after.lstrip('"'))
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
        "RUN mkdir -p /var/lib/mysql && chown mysql -R /var/lib/mysql",
        "RUN docker run -p 8080:80 mysql",
        "RUN docker run --name mysql -p3306:3306 -p 127.0.0.1:80:80 x",
        "RUN ssh -p 2222 example.org docker login",
        "RUN docker login --password-stdin -u me < x && mkdir -p /srv/app",
        "RUN docker login -u me registry.example.org; install -p a b",
        "RUN docker login -u me -p $PASS registry.example.org",
        'RUN docker login -u me -p "$PASS" registry.example.org',
        "RUN mysql -u root -p shop < shop.sql",
        "RUN mysql -p$PASS -P 3306",
        "RUN mysqldump -pr shop",
        "RUN cp -pr /a /b && tar -xpf x.tar && python -pedantic",
        "RUN curl https://example.org/x?tokenizer=fast&sign=no&c=d",
        "RUN gpg --verify --signature=x.sig x && make sig=x.sig",
        r'RUN echo "{\"password\": \"\", \"user\": \"somebody\"}"',
        r'RUN echo "{\"password\": \"$PASS\", \"tokenizer\": \"somebody\"}"',
        "ENV PATH=/opt/pass:/usr/bin:/opt/token:/bin",
        "COPY --from=registry.example.org/team/issue-token:v1.2.3 /a /b",
        "RUN export TOKEN=${TOKEN:-$OTHER} PASS=${PASS:?is needed}",
        "RUN |1 NAME=two words /bin/sh -c make",
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


@pytest.mark.parametrize(
    ("arguments", "masked"),
    [
        (["docker", "login", "-u", "me", "-p", "two words"], ["docker", "login", "-u", "me", "-p", "•••"]),
        (["/usr/bin/mysql", "-ptwo words", "-p", "shop"], ["/usr/bin/mysql", "-p•••", "-p", "shop"]),
        (["sh", "-c", "mysql -phunter2x"], ["sh", "-c", "mysql -p•••"]),
        (["docker", "login", "-p", "$PASS"], ["docker", "login", "-p", "$PASS"]),
        (["mkdir", "-p", "mysql"], ["mkdir", "-p", "mysql"]),
        (["ssh", "-p", "2222"], ["ssh", "-p", "2222"]),
    ],
)
def test_arguments_are_masked_behind_short_options(arguments, masked):
    assert mask_arguments(arguments) == masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RUN |2 PASSWORD=two words A=b /bin/sh -c make", "RUN |2 PASSWORD=••• A=b /bin/sh -c make"),
        ("|2 A=b PASSWORD=two words /bin/sh -c make C=d", "|2 A=b PASSWORD=••• /bin/sh -c make C=d"),
        ("RUN |2 A=b PASSWORD=two words /bin/bash -o x -c y", "RUN |2 A=b PASSWORD=••• /bin/bash -o x -c y"),
        ("RUN |2 A=/bin/sh -c x PASSWORD=two words /bin/ash -c y", "RUN |2 A=/bin/sh -c x PASSWORD=••• /bin/ash -c y"),
        ("RUN |2 PASSWORD=two more words A=b make", "RUN |2 PASSWORD=••• A=b make"),
        # Which argument the second word belongs to cannot be told.
        ("RUN |1 PASSWORD=two A=b words /bin/sh -c make", "RUN |1 PASSWORD=••• /bin/sh -c make"),
    ],
)
def test_build_arguments_with_spaces(text, shown):
    assert mask_secrets(text) == shown
    assert find_credentials(text) == ("value of PASSWORD",)


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
        "-p ",
        " -p",
        "mysql -p",
        "mysql -pabc ",
        "docker login -p ",
        "=",
        '"',
        "'",
        " ",
        "\\",
        '\\"',
        'PASS=\\"',
        "PASS=\\'x",
        'PASS="\\',
        "?token=a&",
        "pass=$",
        "a= ",
        " /a",
    ],
)
def test_long_texts_take_linear_time(unit):
    text = unit * (200_000 // len(unit))
    with at_most(60):
        mask_secrets(text)
        find_credentials(text)
