"""Stages: what they are built on, and which of them make the image."""

from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.stages import lineage, read_stages

TEXT = """\
ARG CUDA=12.4.1
ARG BASE="nvidia/cuda:${CUDA}-devel"
ARG OPEN
FROM --platform=$BUILDPLATFORM ${BASE} AS Build
RUN make
FROM ${OPEN:-nothing}
FROM ubuntu AS common
RUN a
FROM common
ARG BASE=other
COPY --from=build /x /x
"""


def test_bases_parents_and_bodies() -> None:
    stages = read_stages(parse_dockerfile(TEXT))
    assert [(stage.name, stage.base, stage.parent) for stage in stages] == [
        ("build", "nvidia/cuda:12.4.1-devel", None),
        (None, None, None),
        ("common", "ubuntu", None),
        (None, "common", 2),
    ]
    assert [[item.keyword for item in stage.body] for stage in stages] == [["RUN"], [], ["RUN"], ["ARG", "COPY"]]
    assert [stage.number for stage in lineage(stages)] == [2, 3]
    assert [stage.number for stage in lineage(stages, 0)] == [0]
    assert stages[0].start.line[stages[0].reference.start : stages[0].reference.end] == "${BASE}"


def test_arguments_of_the_build_go_before_defaults() -> None:
    stages = read_stages(parse_dockerfile(TEXT), {"CUDA": "11.8.0", "OPEN": "alpine"})
    assert [stage.base for stage in stages[:2]] == ["nvidia/cuda:11.8.0-devel", "alpine"]


def test_a_from_without_anything_is_on_nothing() -> None:
    stages = read_stages(parse_dockerfile("FROM\nRUN a\n"))
    assert [(stage.base, stage.parent) for stage in stages] == [("", None)]
