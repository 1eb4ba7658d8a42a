"""How steps pair with layers, and what they say."""

import pytest

from layerscope.oci.build_step import build_steps
from tests.base_image.test_identify import image


def pairs(steps, layers=None):
    return [(step.layer, step.below, step.keyword, step.rest) for step in build_steps(image(steps, layers=layers))]


def test_steps_and_layers():
    steps = (
        "ADD file:1a in / ",
        '0 CMD ["bash"]',
        "RUN |1 A=b /bin/sh -c make # buildkit",
        "0 USER app",
        "bazel build ...",
    )
    assert pairs(steps) == [
        (0, 0, "ADD", "file:1a in /"),
        (None, 1, "CMD", '["bash"]'),
        (1, 1, "RUN", "make"),
        (None, 2, "USER", "app"),
        (2, 2, "", "bazel build ..."),
    ]


def test_a_history_that_lacks_its_beginning():
    assert pairs(("RUN a", "RUN b"), layers=4) == [(2, 2, "RUN", "a"), (3, 3, "RUN", "b")]


def test_a_history_that_is_longer_than_the_image():
    assert pairs(("RUN a", "RUN b", "RUN c"), layers=1) == [
        (None, 0, "RUN", "a"),
        (None, 0, "RUN", "b"),
        (0, 0, "RUN", "c"),
    ]


@pytest.mark.parametrize("text", ["RUNNING", "copying a", "", "Imported from -", "ENVIRONMENT=1"])
def test_what_is_no_instruction_has_no_keyword(text):
    [step] = build_steps(image((text,)))
    assert step.keyword == ""


def test_secrets_are_masked():
    [step] = build_steps(image(("RUN login --password hunter2x",)))
    assert step.text == "RUN login --password •••"
