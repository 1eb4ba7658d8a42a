"""What the rule `add-instead-of-copy` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

HASH = "9d" * 32


def found(step, items=None):
    layers = [[file("bin/sh", b"x")], items or [file("app/x", b"x")]]
    return only(findings_of(layers, history=["RUN make", step]), "add-instead-of-copy")


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("ADD app/ /app/ # buildkit", "local"),
        ("ADD --chown=1000:1000 requirements.txt /app/ # buildkit", "local"),
        (f"/bin/sh -c #(nop) ADD dir:{HASH} in /app ", "local"),
        (f"/bin/sh -c #(nop) ADD file:{HASH} in /app/x ", "local"),
        ("ADD https://example.org/model.bin /models/ # buildkit", "remote"),
        (f"/bin/sh -c #(nop) ADD {HASH} in /models/ ", "remote"),
    ],
)
def test_finds(step, subject):
    [finding] = found(step)
    assert (finding.subject, finding.layers) == (subject, (1,))


@pytest.mark.parametrize(
    "step",
    [
        "ADD rootfs.tar.xz / # buildkit",
        "ADD tool.tar.gz /opt/ # buildkit",
        "ADD tool.tgz data.tar.zst /opt/ # buildkit",
        f"ADD --checksum=sha256:{HASH} https://example.org/a /a # buildkit",
        "ADD https://github.com/a/b.git#v1 /src # buildkit",
        "ADD git@github.com:a/b.git /src # buildkit",
        "COPY app/ /app/ # buildkit",
        "RUN /bin/sh -c useradd ADD # buildkit",
    ],
)
def test_leaves_alone(step):
    assert not found(step)


def test_leaves_what_the_legacy_builder_unpacked_alone():
    unpacked = [file("opt/a", b"x"), file("opt/b", b"x")]
    assert not found(f"/bin/sh -c #(nop) ADD file:{HASH} in /opt ", unpacked)
