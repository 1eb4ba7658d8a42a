"""Which instruction of a Dockerfile made which layer of an image, told by the image's history."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from layerscope.dockerfile.compare_step import Likeness, compare_step
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.instruction import Instruction, Span
from layerscope.dockerfile.stages import Stage, lineage, read_stages
from layerscope.oci.build_step import BuildStep, build_steps
from layerscope.oci.image import Image

# Images have 127 layers at most, and real Dockerfiles some hundred instructions; what is above that is left alone.
_INSTRUCTIONS_LIMIT = 300
_STEPS_BEYOND = 40
_STAGES_LIMIT = 8
# BuildKit makes no step of it, the classic builder one.
_WITHOUT_STEP = "ONBUILD"
_SHOWN = 8
_MAKES_LAYER = frozenset(("ADD", "COPY", "RUN"))
_Pair = tuple[int, int, Likeness]
_GAIN = {Likeness.NONE: 0, Likeness.POSSIBLE: 2, Likeness.SURE: 3}


class LayerLines(Struct, frozen=True):
    """For layers of an image the lines of the instruction that made them.

    `stage` is the stage that the image was built of; `missing` are instructions of it that should have made a layer
    and are in no build step, and `strange` the layers above the lowest matched one that no instruction made.
    """

    spans: Mapping[int, Span]
    stage: int
    missing: tuple[Instruction, ...]
    strange: tuple[int, ...]


def match_layers(dockerfile: Dockerfile, image: Image) -> LayerLines:
    """Pair the image's build steps with the Dockerfile's instructions, from the last ones on.

    The stage is the last one, unless another one fits better, which the image may have been a `--target` of.
    """
    stages = read_stages(dockerfile)
    steps = build_steps(image)
    numbers = [len(stages) - 1, *range(len(stages) - 1)][:_STAGES_LIMIT]
    found = [_match(stages, number, steps) for number in numbers]
    return max(found, key=lambda lines: len(lines.spans) - len(lines.missing) - len(lines.strange))


def tell_mismatch(lines: LayerLines) -> str | None:
    """A sentence about what does not fit, None where all does."""
    if not lines.spans:
        return "The Dockerfile does not fit the image: no build step in the image's history is one of its instructions."
    if not lines.missing and not lines.strange:
        return None
    parts = []
    if lines.missing:
        numbers = ", ".join(str(item.span.first) for item in lines.missing[:_SHOWN])
        more = f" and {len(lines.missing) - _SHOWN} more" if len(lines.missing) > _SHOWN else ""
        parts.append(f"what stands on line {numbers}{more} is not in the image's history")
    if lines.strange:
        numbers = ", ".join(map(str, lines.strange[:_SHOWN]))
        more = f" and {len(lines.strange) - _SHOWN} more" if len(lines.strange) > _SHOWN else ""
        parts.append(f"no instruction made layer {numbers}{more}")
    return f"The Dockerfile does not quite fit the image: {'; '.join(parts)}."


def _match(stages: Sequence[Stage], number: int, steps: Sequence[BuildStep]) -> LayerLines:
    items = [item for stage in lineage(stages, number) for item in stage.body if item.keyword != _WITHOUT_STEP]
    items = items[-_INSTRUCTIONS_LIMIT:]
    steps = [step for step in steps if step.keyword != _WITHOUT_STEP][-(len(items) + _STEPS_BEYOND) :]
    pairs = list(_sure(_align(items, steps), items, steps))
    spans = {step.layer: item.span for item, step in pairs if step.layer is not None}
    paired = {item.number for item, _ in pairs}
    missing = tuple(item for item in items if item.keyword in _MAKES_LAYER and item.number not in paired)
    lowest = min(spans, default=0)
    strange = tuple(
        step.layer for step in steps if step.layer is not None and step.layer > lowest and step.layer not in spans
    )
    return LayerLines(spans, number, missing, strange)


def _align(items: Sequence[Instruction], steps: Sequence[BuildStep]) -> list[_Pair]:
    """The pairs of positions that fit best as a whole, in order: those of the longest weighted common subsequence."""
    likeness = [[compare_step(item, step) for step in steps] for item in items]
    best = np.zeros((len(items) + 1, len(steps) + 1), dtype=np.int32)
    for i in reversed(range(len(items))):
        row, below = best[i].tolist(), best[i + 1].tolist()
        for j in reversed(range(len(steps))):
            gain = _GAIN[likeness[i][j]]
            row[j] = max(below[j], row[j + 1], below[j + 1] + gain if gain else 0)
        best[i] = row
    return _walk_back(best, likeness)


def _walk_back(best: np.ndarray, likeness: list[list[Likeness]]) -> list[_Pair]:
    """Take the pairs from the front such that equal choices fall to the later steps: what is below is the base's."""
    pairs = []
    i = j = 0
    rows, columns = best.shape
    while i < rows - 1 and j < columns - 1:
        if best[i, j] == best[i, j + 1]:
            j += 1
        elif best[i, j] == best[i + 1, j]:
            i += 1
        else:
            pairs.append((i, j, likeness[i][j]))
            i, j = i + 1, j + 1
    return pairs


def _sure(
    pairs: Sequence[_Pair], items: Sequence[Instruction], steps: Sequence[BuildStep]
) -> Iterator[tuple[Instruction, BuildStep]]:
    """The pairs that are certain: equal text, or a possible one at the same distance from certain ones around it."""
    end = len(steps)
    # Labels of the command line come behind all instructions.
    while end and steps[end - 1].keyword == "LABEL" and all(j < end - 1 for _, j, _ in pairs):
        end -= 1
    waiting: list[tuple[int, int]] = []
    start: tuple[int, int] | None = None
    for i, j, likeness in [*pairs, (len(items), end, Likeness.SURE)]:
        if likeness is not Likeness.SURE:
            waiting.append((i, j))
            continue
        for below, step in waiting:
            # As many instructions as steps lie between, and the pair has as many of both before it as behind it.
            is_even = i - below == j - step and (start is None or below - start[0] == step - start[1])
            # Below the first certain pair the base's steps begin at some place that nobody knows.
            is_dense = start is not None or sum(below <= other for other, _ in waiting) == i - below
            if is_even and is_dense:
                yield items[below], steps[step]
        if i < len(items):
            yield items[i], steps[j]
        waiting, start = [], (i + 1, j + 1)
