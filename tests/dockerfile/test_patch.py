"""The whole patch: findings of real images of layers, one step after the other, and what is left out."""

from collections.abc import Sequence

from layerscope.dockerfile.match import match_layers
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patch import PATCHES, PatchResult, patch_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch
from layerscope.findings.finding import Finding
from layerscope.findings.rules import all_rules
from tests.findings.cases import findings_of, image_of
from tests.images import Item, file, whiteout

NOISE = b"x" * 200_000
DOCKERFILE = """\
# my image
FROM base
RUN apt-get update && apt-get install -y curl   # keep me out of this

RUN apt-get update \\
    && apt-get install -y git
# python
RUN pip install a
COPY model /model
RUN chmod 600 /model/weights
COPY app.py /app.py
RUN rm -rf /var/cache/thing
CMD ["python"]
"""
HISTORY = (
    "base",
    "/bin/sh -c apt-get update && apt-get install -y curl   # keep me out of this",
    "/bin/sh -c apt-get update     && apt-get install -y git",
    "/bin/sh -c pip install a",
    "/bin/sh -c #(nop) COPY dir:" + "1" * 64 + " in /model ",
    "/bin/sh -c chmod 600 /model/weights",
    "/bin/sh -c #(nop) COPY file:" + "2" * 64 + " in /app.py ",
    "/bin/sh -c rm -rf /var/cache/thing",
)
LAYERS: Sequence[Sequence[Item]] = (
    (file("etc/os-release", b"ID=debian\n"),),
    (file("var/lib/apt/lists/first", NOISE),),
    (file("var/lib/apt/lists/second", NOISE), file("var/cache/thing/x", NOISE)),
    (file("root/.cache/pip/http/0", NOISE),),
    (file("model/weights", NOISE + b"y"),),
    (file("model/weights", NOISE + b"y", mode=0o600),),
    (file("app.py", b""),),
    (whiteout("var/cache/thing"),),
)
PATCHED = """\
# my image
FROM other
ENV A=1
RUN apt-get update && apt-get install -y curl   # keep me out of this

RUN apt-get update \\
    && apt-get install -y git \\
    && rm -rf /var/cache/thing \\
    && rm -rf /var/lib/apt/lists/*
# python
RUN pip install --no-cache-dir a
COPY model /model
RUN chmod 600 /model/weights
COPY app.py /app.py
RUN rm -rf /var/cache/thing
CMD ["python"]
"""


def patch(text: str = DOCKERFILE) -> PatchResult:
    findings = findings_of(LAYERS, history=HISTORY, base_count=1)
    dockerfile = parse_dockerfile(text)
    lines = match_layers(dockerfile, image_of(len(LAYERS), HISTORY))
    wanted = [item for item in findings if item.rule.id in (*PATCHES, "root-user") and item.reclaimable_bytes]
    wanted.sort(key=lambda item: item.rule.id, reverse=True)
    return patch_dockerfile(dockerfile, lines.spans, [BaseSwitch("other", (), ("A=1",)), *wanted], name="df")


def name(step: Finding | BaseSwitch) -> str:
    return "switch" if isinstance(step, BaseSwitch) else step.rule.id


def test_steps_follow_on_each_other_and_nothing_else_changes() -> None:
    result = patch()
    assert result.text == PATCHED
    assert result.diff.startswith(
        "--- a/df\n+++ b/df\n@@ -1,11 +1,14 @@\n # my image\n-FROM base\n+FROM other\n+ENV A=1\n"
    )
    assert [(name(item.step), item.lines) for item in result.applied] == [
        ("switch", (2,)),
        ("pip-cache", (8,)),
        ("deleted-later", (5,)),
        ("apt-lists", (5,)),
    ]


def test_reasons_name_the_lines_of_the_dockerfile_as_it_was() -> None:
    assert [(name(item.step), item.reason) for item in patch().not_applied] == [
        ("chmod-layer", "line 10 may change other files than line 9 copies"),
        ("apt-lists", "nothing can be added to the end of line 3"),
    ]


def test_layers_without_lines_are_left_alone() -> None:
    result = patch_dockerfile(
        parse_dockerfile(DOCKERFILE),
        {},
        [item for item in findings_of(LAYERS, history=HISTORY, base_count=1) if item.reclaimable_bytes],
    )
    assert (result.text, result.diff, result.applied) == (DOCKERFILE, "", ())
    assert {item.reason for item in result.not_applied} <= {
        *(f"layer {number} has no line in the Dockerfile" for number in range(1, 6)),
        "what to do is for the owner of the image to decide",
    }


def test_what_another_step_did_or_took_away_is_done() -> None:
    text = "FROM base\nCOPY wheels /wheels\nRUN pip install /wheels/a.whl\nRUN rm -rf /wheels\n"
    history = ("base", "COPY wheels /wheels # buildkit", "RUN pip install /wheels/a.whl", "RUN rm -rf /wheels")
    layers: Sequence[Sequence[Item]] = (
        (file("etc/os-release", b"ID=debian\n"),),
        (file("wheels/a.whl", NOISE),),
        (file("usr/lib/a.py", b"1"),),
        (whiteout("wheels"),),
    )
    findings = findings_of(layers, history=history, base_count=1)
    dockerfile = parse_dockerfile(text)
    spans = match_layers(dockerfile, image_of(4, history)).spans
    chosen = [item for item in findings if item.rule.id in ("wheelhouse", "deleted-later")]
    result = patch_dockerfile(dockerfile, spans, [*chosen, *chosen])
    assert result.text == ("FROM base\nRUN --mount=type=bind,source=wheels,target=/wheels pip install /wheels/a.whl\n")
    assert [item.lines for item in result.applied] == [(2,)] * (2 * len(chosen))
    assert result.not_applied == ()


def test_every_rule_with_a_patch_exists() -> None:
    assert set(PATCHES) <= {rule.id for rule in all_rules()}
