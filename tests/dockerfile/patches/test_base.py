"""The switch of the base: the smallest change of FROM or of its ARG, and what is added behind it."""

import pytest

from layerscope.dockerfile.edits import apply_edits
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch, switch_base
from layerscope.dockerfile.patches.site import Refusal
from layerscope.dockerfile.stages import read_stages

DEVEL = "nvidia/cuda:12.4.1-devel-ubuntu22.04"
RUNTIME = "nvidia/cuda:12.4.1-runtime-ubuntu22.04"


def switched(text: str, switch: BaseSwitch | None = None, stage: int | None = None) -> str:
    dockerfile = parse_dockerfile(text)
    stages = read_stages(dockerfile)
    change = switch_base(dockerfile, stages, len(stages) - 1 if stage is None else stage, switch or BaseSwitch(RUNTIME))
    return f"refused: {change.reason}" if isinstance(change, Refusal) else apply_edits(dockerfile, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from nvidia/cuda:12.4.1-devel-ubuntu22.04 as x # not a comment\n", f"from {RUNTIME} as x # not a comment\n"),
        ("FROM --platform=linux/amd64 other@sha256:00\n", f"FROM --platform=linux/amd64 {RUNTIME}\n"),
        (
            "ARG V=12.4.1\nFROM nvidia/cuda:${V}-devel-ubuntu22.04\n",
            "ARG V=12.4.1\nFROM nvidia/cuda:${V}-runtime-ubuntu22.04\n",
        ),
        (
            "ARG KIND=devel OTHER=1\nFROM nvidia/cuda:12.4.1-${KIND}-ubuntu22.04\n",
            "ARG KIND=runtime OTHER=1\nFROM nvidia/cuda:12.4.1-${KIND}-ubuntu22.04\n",
        ),
        (
            "ARG BASE=nvidia/cuda:12.4.1-devel-ubuntu22.04\nFROM $BASE\n",
            f"ARG BASE={RUNTIME}\nFROM $BASE\n",
        ),
        ("ARG BASE\nFROM ${BASE:-x}\n", f"ARG BASE\nFROM {RUNTIME}\n"),
        ('ARG A=devel\nFROM "nvidia/cuda:$A"\n', f"ARG A=devel\nFROM {RUNTIME}\n"),
        # The builder keeps the base that it shares by ARG.
        (
            f"ARG BASE={DEVEL}\nFROM $BASE AS build\nRUN make\nFROM $BASE\nCOPY --from=build /x /x\n",
            f"ARG BASE={DEVEL}\nFROM $BASE AS build\nRUN make\nFROM {RUNTIME}\nCOPY --from=build /x /x\n",
        ),
        ("ARG K=devel\nFROM nvidia/cuda:12.4.1-$K-ubuntu22.04\nARG K\n", f"ARG K=devel\nFROM {RUNTIME}\nARG K\n"),
        ("FROM \\\r\n  # which\r\n  a\r\n", f"FROM \\\r\n  # which\r\n  {RUNTIME}\r\n"),
        ("FROM a AS one\nRUN x\nFROM one\nCMD y", f"FROM {RUNTIME} AS one\nRUN x\nFROM one\nCMD y"),
    ],
)
def test_the_smallest_change(before: str, after: str) -> None:
    assert switched(before) == after


def test_what_the_new_base_lacks_stands_behind_from() -> None:
    switch = BaseSwitch(RUNTIME, ("cuda-nvcc-12-4", "g++", "g++"), ("LD_LIBRARY_PATH=/usr/local/nvidia/lib", 'A=b "c'))
    assert switched("FROM a\n\n# code\nCOPY x /y\n", switch) == (
        f"FROM {RUNTIME}\n"
        "RUN apt-get update \\\n"
        "    && apt-get install -y --no-install-recommends cuda-nvcc-12-4 g++ \\\n"
        "    && rm -rf /var/lib/apt/lists/*\n"
        "ENV LD_LIBRARY_PATH=/usr/local/nvidia/lib\n"
        'ENV A="b \\"c"\n'
        "\n# code\nCOPY x /y\n"
    )
    assert switched("FROM a", BaseSwitch("b", (), ("X=1",))) == "FROM b\nENV X=1"


@pytest.mark.parametrize(
    ("text", "switch", "reason"),
    [
        (
            "FROM a AS one\nFROM one AS test\nRUN t\nFROM one\n",
            None,
            "the stage on line 2 is built on the same base, and may need it",
        ),
        (f"FROM {RUNTIME}\n", None, f"line 1 already begins with {RUNTIME}"),
        ("FROM a\n", BaseSwitch("b\nRUN x"), "'b\\nRUN x' is nothing that a Dockerfile could name"),
        ("FROM a\n", BaseSwitch("b", ("x; y",)), "'x; y' is nothing that a Dockerfile could name"),
        ("FROM a\n", BaseSwitch("b", (), ("X=\x1b",)), "'X=\\x1b' is nothing that a Dockerfile could name"),
    ],
)
def test_refusals(text: str, switch: BaseSwitch | None, reason: str) -> None:
    assert switched(text, switch) == f"refused: {reason}"


def test_another_stage_than_the_last_one() -> None:
    assert switched("FROM a AS one\nRUN x\nFROM b\n", stage=0) == f"FROM {RUNTIME} AS one\nRUN x\nFROM b\n"
