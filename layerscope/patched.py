"""An image's Dockerfile with the steps of a plan made in it."""

import re

from msgspec import Struct

from layerscope.advise import Plan, PlanStep, make_plan
from layerscope.base_image.detected import DetectedBase
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import unified_diff
from layerscope.dockerfile.matched import MatchedDockerfile
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patch import Step, patch_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch
from layerscope.dockerfile.patches.site import Refusal
from layerscope.dockerfile.stages import lineage, read_stages
from layerscope.dockerfile.two_stages import split_in_two
from layerscope.index.file_index import FileIndex
from layerscope.switching.candidate import Candidate
from layerscope.switching.target import NO_CUDA
from layerscope.transfer import Transfer

_UNNAMED = "what FROM would have to name is not known"
_TAG = re.compile(r"(?P<name>.+/)?(?P<last>[^/:@]+):(?P<tag>[^/:@]+)(?:@.+)?")


class LeftOut(Struct, frozen=True):
    """A step that is not in the patched Dockerfile, or not wholly, and why."""

    step: PlanStep
    reason: str


class PlanPatch(Struct, frozen=True):
    """The patched text, its difference to the old one, and which steps of the plan are in it and which are not."""

    text: str
    diff: str
    applied: tuple[PlanStep, ...]
    left_out: tuple[LeftOut, ...]


def patch_plan(matched: MatchedDockerfile, plan: Plan, base: DetectedBase | None) -> PlanPatch:
    """Make the plan's steps where that is certain to be right; all others are named with the reason."""
    dockerfile = matched.dockerfile
    of_plan: dict[int, PlanStep] = {}
    steps: list[Step] = []
    left_out: list[LeftOut] = []
    for step in plan.steps:
        wanted = _step(step, dockerfile, matched.lines.stage, base)
        if wanted is None:
            left_out.append(LeftOut(step, _UNNAMED))
        else:
            steps.append(wanted)
            of_plan[id(wanted)] = step
    split = next((step for step in steps if isinstance(step, BaseSwitch) and _is_split(of_plan[id(step)])), None)
    # What compiles keeps its base: the stage that runs is added when all else is in place.
    at_once = [step for step in steps if step is not split]
    made = patch_dockerfile(dockerfile, matched.lines.spans, at_once, stage=matched.lines.stage, name=matched.name)
    applied = [of_plan[id(item.step)] for item in made.applied]
    left_out += [LeftOut(of_plan[id(item.step)], item.reason) for item in made.not_applied]
    text = made.text
    if split is not None:
        step = of_plan[id(split)]
        folders = step.switch.copied_folders if step.switch else ()
        two = split_in_two(parse_dockerfile(text), split, folders, name=matched.name)
        if isinstance(two, Refusal):
            left_out.append(LeftOut(step, two.reason))
        else:
            text = two.text
            applied.append(step)
    return PlanPatch(text, unified_diff(matched.name, dockerfile.text, text), tuple(applied), tuple(left_out))


def applied_plan(patch: PlanPatch, index: FileIndex, transfer: Transfer) -> Plan:
    """The plan of the steps that are wholly in the patch: what the image would be after it."""
    partly = {id(item.step) for item in patch.left_out}
    whole = [step for step in patch.applied if id(step) not in partly]
    switch = next((step.switch for step in whole if step.switch), None)
    return make_plan(index, transfer, switch, [step.finding for step in whole if step.finding])


def _is_split(step: PlanStep) -> bool:
    return step.switch is not None and step.switch.needs_two_stages


def switched_reference(today: str | None, base: DetectedBase | None, candidate: Candidate) -> str | None:
    """What FROM is to name: today's own repository with the other variant in its tag, wherever it is mirrored.

    None where that is not known.
    """
    match = _TAG.fullmatch(today or "")
    if candidate.variant == NO_CUDA or base is None or base.variant is None or match is None:
        return candidate.reference
    name = f"{match['name'] or ''}{match['last']}"
    if candidate.tag and f"/{name}".endswith("/nvidia/cuda"):
        return f"{name}:{candidate.tag}"
    tag, count = _variant_in_tag(base.variant).subn(candidate.variant, match["tag"])
    return f"{name}:{tag}" if count == 1 else candidate.reference


def _variant_in_tag(variant: str) -> re.Pattern[str]:
    """A variant as tags spell it: with cuDNN's version or without."""
    return re.compile(rf"(?<![a-z0-9]){variant.replace('cudnn', 'cudnn[0-9]*')}(?![a-z0-9])")


def _step(step: PlanStep, dockerfile: Dockerfile, stage: int | None, base: DetectedBase | None) -> Step | None:
    if step.switch is None:
        return step.finding
    stages = read_stages(dockerfile)
    today = lineage(stages, stage)[0].base if stages else None
    reference = switched_reference(today, base, step.switch)
    if reference is None:
        return None
    return BaseSwitch(reference, step.switch.certain_additions, step.switch.environment)
