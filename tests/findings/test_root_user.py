"""What the rule `root-user` finds and what it leaves alone."""

import pytest

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

SERVES = {"Cmd": ["python3", "/app/serve.py"]}
LAYERS = [[file("bin/sh", b"x")], [file("app/serve.py", b"x")]]


def found(config, **more):
    return only(findings_of(LAYERS, config=config, **more), "root-user")


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "root:root", "0:1000"])
def test_finds_root(user):
    [finding] = found(SERVES | {"User": user})
    assert (finding.reclaimable_bytes, finding.confidence) == (0, Confidence.HIGH)


@pytest.mark.parametrize("user", ["app", "1000", "1000:0", "nobody", "rooted", "65532:65532"])
def test_leaves_others_alone(user):
    assert not found(SERVES | {"User": user})


def test_a_shell_is_less_sure():
    [finding] = found({"Cmd": ["/bin/bash"]})
    assert finding.confidence == Confidence.LOW


def test_not_for_development():
    assert not found(SERVES, purpose=Purpose.DEV)
