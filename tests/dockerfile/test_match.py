"""Layers and lines: what histories of real builds say, and what is left open where they do not fit."""

import pytest

from layerscope.dockerfile.match import match_layers, tell_mismatch
from layerscope.dockerfile.parse import parse_dockerfile
from tests.dockerfile.histories import BUILDKIT, CLASSIC, LINES, STEPS, Steps, image_with


def spans(text: str, history: Steps) -> dict[int, tuple[int, int]]:
    lines = match_layers(parse_dockerfile(text), image_with(history))
    return {layer: (span.first, span.last) for layer, span in sorted(lines.spans.items())}


def told(text: str, history: Steps) -> str | None:
    return tell_mismatch(match_layers(parse_dockerfile(text), image_with(history)))


@pytest.mark.parametrize("history", [CLASSIC, BUILDKIT], ids=["classic", "buildkit"])
def test_every_layer_of_a_real_build(history: Steps) -> None:
    assert spans("FROM base\n" + STEPS, history) == LINES
    assert told("FROM base\n" + STEPS, history) is None


@pytest.mark.parametrize("history", [CLASSIC, BUILDKIT], ids=["classic", "buildkit"])
def test_a_changed_line_costs_its_own_layer_only(history: Steps) -> None:
    text = "FROM base\n" + STEPS.replace("echo a ", "echo other ")
    assert spans(text, history) == {layer: lines for layer, lines in LINES.items() if layer != 5}
    assert told(text, history) == (
        "The Dockerfile does not quite fit the image: what stands on line 10 is not in the image's history; "
        "no instruction made layer 5."
    )


def test_a_checksum_alone_proves_nothing_where_instructions_are_missing() -> None:
    text = "FROM base\nRUN a\nCOPY x /x\nRUN b\n"
    copy = "/bin/sh -c #(nop) COPY dir:" + "1" * 64 + " in /x "
    assert spans(text, ("base", "/bin/sh -c a", copy, "/bin/sh -c b")) == {1: (2, 2), 2: (3, 3), 3: (4, 4)}
    assert spans(text, ("base", "/bin/sh -c a", copy, copy, "/bin/sh -c b")) == {1: (2, 2), 4: (4, 4)}


def test_the_base_keeps_its_layers_where_it_has_the_same_steps() -> None:
    text = "FROM base\nRUN a\nRUN b\n"
    assert spans(text, ("RUN a", "RUN b", "RUN a", "RUN b")) == {2: (2, 2), 3: (3, 3)}
    assert told(text, ("RUN a", "RUN b", "RUN a", "RUN b")) is None


def test_another_dockerfile_fits_nothing() -> None:
    text = "FROM base\nRUN z\nCOPY q /r\n"
    assert spans(text, BUILDKIT) == {}
    assert (told(text, BUILDKIT) or "").startswith("The Dockerfile does not fit the image")


def test_stages_below_the_last_one_count_and_builders_do_not() -> None:
    text = "FROM a AS common\nRUN one\nFROM b AS build\nRUN one\nRUN two\nFROM common\nCOPY --from=build /x /x\n"
    assert spans(text, ("base", "RUN one", "COPY /x /x # buildkit")) == {1: (2, 2), 2: (7, 7)}


def test_a_target_below_the_last_stage_is_found() -> None:
    text = "FROM a AS wanted\nRUN one\nRUN two\nFROM b\nRUN three\n"
    assert spans(text, ("base", "RUN one", "RUN two")) == {1: (2, 2), 2: (3, 3)}


def test_labels_of_the_command_line_stand_behind_everything() -> None:
    text = "FROM base\nCOPY x ${y}\nCMD a\n"
    history = ("base", "COPY x /z # buildkit", ('CMD ["/bin/sh" "-c" "a"]',), ("LABEL built=by",))
    assert spans(text, history) == {1: (2, 2)}


@pytest.mark.parametrize(
    ("run", "created_by"),
    [
        ("RUN <<EOF\necho a\necho b\nEOF\n", "RUN /bin/sh -c echo a\necho b\n # buildkit"),
        ("RUN cat <<EOF > /f\ntext\nEOF\n", "RUN /bin/sh -c cat <<EOF > /f\ntext\nEOF # buildkit"),
        ("RUN <<EOF\n#!/usr/bin/env python\nprint()\nEOF\n", "RUN /bin/sh -c /dev/pipes/EOF # buildkit"),
        ("COPY <<EOF /etc/x\ntext\nEOF\n", "COPY EOF /etc/x # buildkit"),
        ("RUN --mount=type=cache,target=/c pip install x\n", "RUN /bin/sh -c pip install x # buildkit"),
        (
            "RUN curl -H 'Authorization: token abcdefghijkl' x\n",
            "RUN /bin/sh -c curl -H 'Authorization: token abcdefghijkl' x",
        ),
    ],
)
def test_forms_that_newer_builders_know(run: str, created_by: str) -> None:
    history = ("base", "RUN /bin/sh -c one # buildkit", created_by, "RUN /bin/sh -c two # buildkit")
    last = 2 + run.count("\n")
    assert spans(f"FROM base\nRUN one\n{run}RUN two\n", history) == {1: (2, 2), 2: (3, last), 3: (last + 1, last + 1)}
