"""The steps that made an image: its history, read as instructions and paired with layers."""

import re
from functools import lru_cache

from msgspec import Struct

from layerscope.oci.config import History
from layerscope.oci.image import Image
from layerscope.oci.instruction import clean_instruction

_INSTRUCTION = re.compile(
    r"(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME"
    r"|WORKDIR)(?: |$)"
)


class BuildStep(Struct, frozen=True):
    """One step: `keyword` and `rest` are the instruction, cleaned and masked; an unknown one has no keyword.

    `layer` is the layer that it made, None where it made none; `below` is how many layers were there before.
    """

    layer: int | None
    below: int
    keyword: str
    rest: str
    history: History

    @property
    def text(self) -> str:
        """The instruction on one line."""
        return f"{self.keyword} {self.rest}".strip()


def build_steps(image: Image) -> tuple[BuildStep, ...]:
    """Every step, the first one first; steps pair with layers as `align_history` says."""
    return _steps(image.config.history, len(image.layers))


@lru_cache(maxsize=4)
def _steps(history: tuple[History, ...], layer_count: int) -> tuple[BuildStep, ...]:
    made = layer_count - sum(not step.empty_layer for step in history)
    steps = []
    for step in history:
        keyword, rest = _split(clean_instruction(step.created_by))
        below = max(made, 0)
        if step.empty_layer:
            steps.append(BuildStep(None, below, keyword, rest, step))
        else:
            # Where the history has more steps than there are layers, the lowest ones made none that is still there.
            steps.append(BuildStep(made if made >= 0 else None, below, keyword, rest, step))
            made += 1
    return tuple(steps)


def _split(text: str) -> tuple[str, str]:
    match = _INSTRUCTION.match(text)
    return (match.group(1), text[match.end() :].strip()) if match else ("", text)
