"""What the rule `dockerignore` finds and what it leaves alone."""

import pytest

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

BUILDKIT, LEGACY = "COPY . /app # buildkit", "/bin/sh -c #(nop) COPY dir:0123456789abcdef in /app "


@pytest.mark.parametrize("step", [BUILDKIT, LEGACY, "COPY . .", "ADD ./ /app", "COPY --chown=1000:1000 . /app"])
def test_writes_the_lines_that_keep_debris_out(step):
    items = [
        file("app/.env", b"TOKEN=x"),
        file("app/.env.prod", b"TOKEN=x"),
        file("app/.git/HEAD", b"ref"),
        file("app/src/__pycache__/x.pyc", b"c"),
        file("app/.pytest_cache/README.md", b"r"),
        file("app/node_modules/x/index.js", b"j"),
        file("app/env/pyvenv.cfg", b"home"),
        file("app/env/lib/python3.12/site-packages/x.py", b"s"),
        file("app/explore.ipynb", b"n"),
        file("app/main.py", b"m"),
    ]
    [finding] = only(findings_of([items], history=[step]), "dockerignore")
    assert finding.dockerfile == (
        "# in .dockerignore:",
        "**/*.ipynb",
        "**/.env",
        "**/.env.*",
        "**/.git",
        "**/.pytest_cache",
        "**/__pycache__",
        "**/env",
        "**/node_modules",
    )
    assert (finding.subject, finding.confidence, len(finding.rows)) == ("layer 0", Confidence.HIGH, 9)


def test_only_guesses_about_data():
    items = [file("app/data/train.bin", b"d" * 2_000_000), file("app/main.py", b"m")]
    [finding] = only(findings_of([items], history=[BUILDKIT]), "dockerignore")
    assert (finding.subject, finding.confidence) == ("layer 0, data", Confidence.LOW)
    assert finding.dockerfile == ("# in .dockerignore:", "data/")


@pytest.mark.parametrize(
    "step",
    [
        "RUN /bin/sh -c git clone x /app # buildkit",
        "COPY /app /app # buildkit",
        "ADD https://example.org/x.tar /app # buildkit",
        "",
    ],
)
def test_leaves_what_did_not_come_from_the_context_alone(step):
    items = [file("app/.git/HEAD", b"ref"), file("app/src/__pycache__/x.pyc", b"c")]
    assert not only(findings_of([items], history=[step]), "dockerignore")


def test_leaves_code_samples_and_a_copied_environment_alone():
    items = [
        file("app/models/user.py", b"u" * 2_000_000),
        file("app/data/labels.json", b"l" * 1_000),
        file("app/.env.example", b"TOKEN="),
        file("app/.gitignore", b"x"),
        file("app/venv/lib/python3.12/site-packages/x/__pycache__/x.pyc", b"c"),
        file("etc/.env", b"elsewhere"),
    ]
    assert not only(findings_of([items], history=[BUILDKIT]), "dockerignore")


def test_leaves_data_that_was_copied_by_name_alone():
    items = [file("app/data/train.bin", b"d" * 2_000_000)]
    assert not only(findings_of([items], history=["COPY data /app/data # buildkit"]), "dockerignore")
