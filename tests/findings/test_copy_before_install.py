"""What the rule `copy-before-install` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

DIR = "/bin/sh -c #(nop) COPY dir:" + "9d" * 32 + " in /app "
FILE = "/bin/sh -c #(nop) COPY file:" + "9d" * 32 + " in /app/ "


def found(*steps):
    layers = [[file(f"x{number}", b"x")] for number in range(len(steps))]
    return only(findings_of(layers, history=steps), "copy-before-install")


@pytest.mark.parametrize(
    "copy", ["COPY . /app # buildkit", "COPY ./ . # buildkit", "ADD . /app # buildkit", DIR, "COPY . ."]
)
@pytest.mark.parametrize(
    "install",
    [
        "RUN /bin/sh -c pip install -r requirements.txt # buildkit",
        "/bin/sh -c cd /app && pip3 install --no-cache-dir -r requirements.txt",
        "RUN python3 -m pip install .",
        "RUN npm ci",
        "RUN poetry install --no-root",
    ],
)
def test_finds(copy, install):
    [finding] = found("RUN apt-get update", copy, install)
    assert finding.layers == (1, 2)


def test_finds_packages_by_name_behind_the_whole_context():
    assert found("COPY . /app # buildkit", "RUN /bin/sh -c pip install torch==2.5.1 # buildkit")


@pytest.mark.parametrize(
    "steps",
    [
        ("COPY requirements.txt . # buildkit", "RUN pip install -r requirements.txt", "COPY . . # buildkit"),
        (FILE, "/bin/sh -c pip install -r /app/requirements.txt", DIR),
        ("COPY requirements.txt .", "RUN pip install -r requirements.txt", "COPY . .", "RUN pip install -e ."),
        ("COPY . .", "RUN pip install --no-deps ."),
        # A wheelhouse is copied because it is to be installed.
        (DIR.replace("/app", "/wheels"), "/bin/sh -c pip install --no-index --find-links=/wheels /wheels/*"),
        ("COPY . .", "RUN make"),
        ("COPY . .", "RUN apt-get install -y gcc"),
        ("COPY /opt/venv /opt/venv", "RUN pip install -r requirements.txt"),
        ("COPY .env.example /app/", "RUN pip install torch"),
    ],
)
def test_leaves_alone(steps):
    assert not found(*steps)


def test_leaves_the_bases_steps_alone():
    steps = ("COPY . .", "RUN pip install -r r.txt", "RUN make")
    assert not only(findings_of([[file(x, b"x")] for x in "abc"], history=steps, base_count=2), "copy-before-install")
