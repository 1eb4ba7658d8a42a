"""Which build steps are the image's own, and what it runs."""

import re

from layerscope.findings.case import Case
from layerscope.oci.build_step import BuildStep, build_steps
from layerscope.units import safe_text

_SHOWN_CHARACTERS = 200
# How NVIDIA's images end: variables, with no command behind them.
_NVIDIA = ("NV", "CUDA_", "LIBRARY_PATH=/usr/local/cuda", "LD_LIBRARY_PATH=/usr/local/nvidia")
_BARE = re.compile(
    r"(?:sh|bash|zsh|ash|tini|dumb-init|catatonit|python[\d.]*|ipython[\d.]*|node|irb|julia|php|R|_entrypoint\.sh"
    r"|nvidia_entrypoint\.sh|docker-entrypoint\.sh|true)$"
)


def own_steps(case: Case) -> tuple[BuildStep, ...]:
    """The steps above the base image; none where the image is nothing but a base."""
    return () if is_base_itself(case) else _above(case)


def is_base_itself(case: Case) -> bool:
    """Whether all of an image is a base image's, with nothing of its own to run."""
    return case.base.count == 0 and bool(case.base.evidence) and not runs_a_program(case)


def runs_a_program(case: Case) -> bool:
    """Whether the image starts more than a shell or an interpreter."""
    words = [*case.image.config.entrypoint, *case.image.config.cmd]
    return any(not _is_bare(word) for word in words)


def layers_of(step: BuildStep, case: Case) -> tuple[int, ...]:
    """The layer that a step made, else the next one, or the last, so that it can be pointed at."""
    if step.layer is not None:
        return (step.layer,)
    return (min(step.below, len(case.image.layers) - 1),) if case.image.layers else ()


def quote(step: BuildStep) -> str:
    """A step as evidence: where it is, and what it says, masked, safe and not too long."""
    place = f"Layer {step.layer}"
    if step.layer is None:
        place = f"Above layer {step.below - 1}" if step.below else "Below the first layer"
    text = safe_text(step.text[: 4 * _SHOWN_CHARACTERS])
    return f"{place}: {text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + '…'}"


def _is_bare(word: str) -> bool:
    return word.startswith("-") or _BARE.match(word.rpartition("/")[2]) is not None


def _above(case: Case) -> tuple[BuildStep, ...]:
    """Steps without a layer that stand at the border belong to the base up to its CMD or ENTRYPOINT."""
    steps = build_steps(case.image)
    count = case.base.count
    inner = [number for number, step in enumerate(steps) if step.below < count]
    first = inner[-1] + 1 if inner else 0
    border = first
    while border < len(steps) and count and steps[border].layer is None:
        if steps[border].keyword in ("CMD", "ENTRYPOINT") or steps[border].rest.startswith(_NVIDIA):
            first = border + 1
        border += 1
    # Without a layer of its own an image sets things behind the border: they are its own.
    return steps[first:] if border < len(steps) else steps[inner[-1] + 1 if inner else 0 :]
