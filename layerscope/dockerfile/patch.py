"""A Dockerfile with findings mended and its base switched: as a text, as a diff, and what could not be done and why."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import Edit, apply_edits, moved, unified_diff
from layerscope.dockerfile.instruction import Instruction, Span
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch, switch_base
from layerscope.dockerfile.patches.cleanings import (
    clean_apt_archives,
    clean_apt_lists,
    clean_conda,
    clean_dnf,
    clean_npm,
)
from layerscope.dockerfile.patches.deletions import delete_where_made
from layerscope.dockerfile.patches.modes import set_where_written
from layerscope.dockerfile.patches.mounts import mount_instead_of_copying
from layerscope.dockerfile.patches.options import (
    install_nothing_recommended,
    keep_no_apk_cache,
    keep_no_pip_cache,
    keep_no_uv_cache,
)
from layerscope.dockerfile.patches.site import Change, Patch, Refusal, Site
from layerscope.dockerfile.stages import lineage, read_stages
from layerscope.errors import BadDockerfile
from layerscope.findings.finding import Finding

PATCHES: Mapping[str, Patch] = {
    "apk-cache": keep_no_apk_cache,
    "apt-archives": clean_apt_archives,
    "apt-lists": clean_apt_lists,
    "apt-recommends": install_nothing_recommended,
    "apt-update-without-cleanup": clean_apt_lists,
    "chmod-layer": set_where_written,
    "conda-pkgs": clean_conda,
    "deleted-later": delete_where_made,
    "dnf-cache": clean_dnf,
    "npm-cache": clean_npm,
    "pip-cache": keep_no_pip_cache,
    "pip-without-no-cache": keep_no_pip_cache,
    "recommended-only": install_nothing_recommended,
    "uv-cache": keep_no_uv_cache,
    "wheelhouse": mount_instead_of_copying,
}
"""The rules whose findings an edit can mend, by id."""
_REASONS = {
    "dockerignore": "its lines belong into .dockerignore",
    "vcs": "the repository has to be left out of the build context or of what is cloned",
}
_OTHER_REASON = "what to do is for the owner of the image to decide"

_LINE = re.compile(r"\bline (\d+)")

Step = Finding | BaseSwitch
"""What is to be done: mend a finding, or switch the base."""


class Applied(Struct, frozen=True):
    """A step that was made, and where its instructions began in the Dockerfile as it was."""

    step: Step
    lines: tuple[int, ...]


class NotApplied(Struct, frozen=True):
    """A step, or a part of one, that was left out, and why."""

    step: Step
    reason: str


class PatchResult(Struct, frozen=True):
    """The patched Dockerfile and its difference to the old one; a step made in part is in both lists."""

    text: str
    diff: str
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]


def patch_dockerfile(
    dockerfile: Dockerfile,
    lines_of_layers: Mapping[int, Span],
    steps: Sequence[Step],
    *,
    stage: int | None = None,
    name: str = "Dockerfile",
) -> PatchResult:
    """Make these steps, one after the other, where that is certain to be right.

    `lines_of_layers` and `stage` (the last one without it) are those of `match_layers`; `name` is for the diff.
    """
    patching = _Patching(dockerfile, lines_of_layers, stage)
    for step in steps:
        patching.take(step)
    text = patching.dockerfile.text
    diff = unified_diff(name, dockerfile.text, text)
    return PatchResult(text, diff, tuple(patching.applied), tuple(patching.not_applied))


class _Patching:
    """The Dockerfile as far as it is patched; instructions keep their layers when lines above them come and go."""

    def __init__(self, dockerfile: Dockerfile, lines_of_layers: Mapping[int, Span], stage: int | None) -> None:
        self.dockerfile = dockerfile
        self.applied: list[Applied] = []
        self.not_applied: list[NotApplied] = []
        self._first_lines = {layer: span.first for layer, span in lines_of_layers.items()}
        self._stage = stage
        # None for an instruction that a step took away.
        self._numbers: dict[int, int | None] = {}
        for layer, span in lines_of_layers.items():
            item = dockerfile.at(span)
            if item is not None:
                self._numbers[layer] = item.number
        self._touched: set[int] = set()
        self._old_lines = {line: line for item in dockerfile.instructions for line in _ends(item)}

    def take(self, step: Step) -> None:
        """Make one step as far as that is possible."""
        if isinstance(step, BaseSwitch):
            self._switch(step)
        elif step.who_can_fix == "base":
            self._leave(step, "only another base image spares these bytes")
        elif step.rule.id not in PATCHES:
            self._leave(step, _REASONS.get(step.rule.id, _OTHER_REASON))
        else:
            lines = [line for layer in step.layers for line in self._mend(step, PATCHES[step.rule.id], layer)]
            if lines:
                self.applied.append(Applied(step, tuple(sorted(set(lines)))))

    def _switch(self, step: BaseSwitch) -> None:
        stages = read_stages(self.dockerfile)
        stage = len(stages) - 1 if self._stage is None else self._stage
        line = lineage(stages, stage)[0].start.span.first
        reason = self._make(switch_base(self.dockerfile, stages, stage, step))
        if reason is None:
            self.applied.append(Applied(step, (line,)))
        else:
            self._leave(step, reason)

    def _mend(self, step: Finding, patch: Patch, layer: int) -> list[int]:
        """The line of the layer's instruction if it is mended, or was by a former step."""
        wanted = [layer, *step.other_layers]
        unknown = [one for one in wanted if one not in self._numbers]
        if unknown:
            self._leave(step, f"layer {unknown[0]} has no line in the Dockerfile")
            return []
        line = self._first_lines[layer]
        numbers = [self._numbers[one] for one in wanted]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            # A former step has taken one of them away: what was to be done here is done.
            return [line]
        item, *others = (self.dockerfile.instructions[number] for number in dict.fromkeys(known))
        change = patch(Site(self.dockerfile, self._chain(), item, tuple(others)))
        if change == () and layer in self._touched:
            return [line]
        reason = f"line {line} is already as it should be" if change == () else self._make(change)
        if reason is not None:
            self._leave(step, reason)
            return []
        return [line]

    def _chain(self) -> tuple[Instruction, ...]:
        return tuple(item for stage in lineage(read_stages(self.dockerfile), self._stage) for item in stage.body)

    def _make(self, change: Change) -> str | None:
        """Make the edits of a change; a reason where there are none, or where they would break the Dockerfile."""
        if isinstance(change, Refusal):
            return change.reason
        try:
            new = parse_dockerfile(apply_edits(self.dockerfile, change))
        except (BadDockerfile, ValueError):
            return "the edits do not fit together"
        self._follow(new, change)
        return None

    def _follow(self, new: Dockerfile, edits: Sequence[Edit]) -> None:
        """Find each layer's instruction again where the edits have moved it."""
        starts = {item.start: item.number for item in new.instructions}
        now = {item.number: _number_now(item, edits, starts) for item in self.dockerfile.instructions}
        for layer, number in self._numbers.items():
            if number is None:
                continue
            item = self.dockerfile.instructions[number]
            if any(item.start <= edit.start < item.end for edit in edits):
                self._touched.add(layer)
            self._numbers[layer] = now[number]
        lines = dict(self._old_lines)
        self._old_lines = {}
        for number, later in now.items():
            if later is not None:
                ends = zip(_ends(new.instructions[later]), _ends(self.dockerfile.instructions[number]), strict=True)
                self._old_lines |= {line: lines.get(old, old) for line, old in ends}
        self.dockerfile = new

    def _leave(self, step: Step, reason: str) -> None:
        """Note a reason, with the lines of the Dockerfile as it was and not as it has become."""
        told = _LINE.sub(lambda match: f"line {self._old_lines.get(int(match[1]), int(match[1]))}", reason)
        self.not_applied.append(NotApplied(step, told))


def _number_now(item: Instruction, edits: Sequence[Edit], starts: Mapping[int, int]) -> int | None:
    is_gone = any(edit.start <= item.start and item.end <= edit.end for edit in edits)
    return None if is_gone else starts.get(moved(item.start, edits))


def _ends(item: Instruction) -> tuple[int, int]:
    return item.span.first, item.span.last
