"""Every base that could take the place of an image's own, with what it spares and whether it is safe."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec.structs import replace

from layerscope.base_image.detected import DetectedBase, OwnBase
from layerscope.base_image.environment import release_of, variables
from layerscope.findings.case import Case
from layerscope.layers.columns import Integers
from layerscope.switching.candidate import Candidate, Verdict
from layerscope.switching.compiling import compiling_steps
from layerscope.switching.cpu_wheels import CPU_WHEELS, rows_for_gpus
from layerscope.switching.lines import base_lines, own_folders, two_stage_lines
from layerscope.switching.removal import find_removal, kept_packages
from layerscope.switching.system_packages import SystemPackages
from layerscope.switching.target import NO_CUDA, Target, find_targets
from layerscope.switching.verdict import Judge, Judgement
from layerscope.transfer import Transfer

# What NVIDIA's images set, and the runtime for GPUs goes by.
_VARIABLES = {"NVIDIA_VISIBLE_DEVICES": "all", "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"}
_RANK = {Verdict.SAFE: 0, Verdict.CONDITIONAL: 1, Verdict.UNSAFE: 2}


class Candidates:
    """Works out one candidate after the other for one image."""

    def __init__(self, case: Case, transfer: Transfer) -> None:
        self._case, self._transfer = case, transfer
        self._packages = SystemPackages(case)
        self._compiling = compiling_steps(case)

    def find(self, base: DetectedBase | None, own_bases: Sequence[OwnBase] = ()) -> tuple[Candidate, ...]:
        """All of them, safe ones first, then the one that saves most; none without a base that has CUDA."""
        found = [self._switch(base, target) for target in find_targets(base, own_bases)] if base else []
        found += self._cpu_wheels(base)
        saving = (item for item in found if item.saves_bytes > 0)
        return tuple(sorted(saving, key=lambda item: (_RANK[item.verdict], -item.saves_bytes, item.variant)))

    def _switch(self, base: DetectedBase, target: Target) -> Candidate:
        removal = find_removal(self._case, self._packages, base, target)
        judge = Judge(self._case, self._packages, release_of(base.cuda or "") or "")
        judgement = judge.verdict(removal.rows, target)
        needs_two_stages = bool(self._compiling) and "devel" not in target.parts
        candidate = self._candidate(
            target.variant, np.setdiff1d(removal.rows, judgement.added_rows, assume_unique=True), judgement
        )
        candidate = replace(
            candidate,
            reference=target.reference,
            tag=target.tag,
            verdict=Verdict.CONDITIONAL
            if needs_two_stages and judgement.verdict is Verdict.SAFE
            else judgement.verdict,
            keep=kept_packages(self._packages, target),
            environment=self._environment(target),
            needs_two_stages=needs_two_stages,
            copied_folders=tuple(own_folders(self._case)) if needs_two_stages else (),
            evidence=(
                *judgement.evidence,
                *_of_removal(removal.reinstalled, is_by_layers=removal.is_by_layers),
                *(self._of_compiling() if needs_two_stages else ()),
                *(self._of_driver() if target.variant == NO_CUDA else ()),
            ),
        )
        lines = two_stage_lines(candidate, base) if needs_two_stages else base_lines(candidate)
        return replace(candidate, dockerfile=lines)

    def _cpu_wheels(self, base: DetectedBase | None) -> Iterator[Candidate]:
        rows = rows_for_gpus(self._case, base)
        if len(rows):
            evidence = (
                "torch is there with CUDA, and neither base, environment, packages nor source say that a GPU is used.",
                "Only you can tell that none is: then wheels for the processor alone do the same.",
            )
            yield replace(
                self._candidate(CPU_WHEELS, rows, Judgement(Verdict.CONDITIONAL, (), rows[:0], evidence)),
                dockerfile=("# install torch from PyTorch's index for CPUs, or with uv:", *_CPU_LINES),
            )

    def _candidate(self, variant: str, rows: Integers, judgement: Judgement) -> Candidate:
        index, of_rows = self._case.index, self._transfer.of_rows
        saves_bytes = int(index.sizes[rows].sum())
        wire_bytes = None if of_rows is None else int(of_rows[rows].sum())
        return Candidate(
            variant=variant,
            reference=None,
            tag=None,
            verdict=judgement.verdict,
            evidence=judgement.evidence,
            keep=(),
            add=judgement.additions,
            environment=(),
            needs_two_stages=False,
            copied_folders=(),
            removed_rows=rows,
            saves_bytes=saves_bytes,
            predicted_stored_bytes=index.stored_bytes - saves_bytes,
            saves_transfer_bytes_estimate=wire_bytes,
            predicted_transfer_bytes_estimate=None
            if of_rows is None or wire_bytes is None
            else int(of_rows.sum()) - wire_bytes,
            dockerfile=(),
        )

    def _environment(self, target: Target) -> tuple[str, ...]:
        """What a base without CUDA does not set, with the values that the image has now."""
        if target.variant != NO_CUDA:
            return ()
        env = variables(self._case.image.config.env)
        return tuple(f"{name}={env.get(name) or value}" for name, value in _VARIABLES.items())

    def _of_driver(self) -> Iterator[str]:
        """What NVIDIA's images do about the host's driver, which no file of the image asks for."""
        if self._packages.numbers(lambda name: name.startswith("cuda-compat-")):
            yield (
                "cuda-compat goes too: on hosts whose driver is older than the CUDA of the wheels it may be what makes "
                "them run."
            )

    def _of_compiling(self) -> Iterator[str]:
        yield "The image compiles in its own steps: keep today's base as the stage that does so, and copy the result."
        yield from self._compiling[:5]


_CPU_LINES = ("RUN uv pip install --system --torch-backend cpu torch",)


def recommend(candidates: Sequence[Candidate]) -> Candidate | None:
    """The safe or conditional switch that saves most; wheels for CPUs are never chosen for anybody."""
    found = [item for item in candidates if item.verdict is not Verdict.UNSAFE and item.variant != CPU_WHEELS]
    return max(found, key=lambda item: (item.saves_bytes, -_RANK[item.verdict]), default=None)


def _of_removal(reinstalled: Sequence[str], *, is_by_layers: bool) -> Iterator[str]:
    if not is_by_layers:
        yield "The base's layers cannot be told from the image's own: packages and paths say what goes."
    if reinstalled:
        yield f"The image's own steps would install again: {', '.join(reinstalled[:10])}" + (
            f" and {len(reinstalled) - 10} more" if len(reinstalled) > 10 else ""
        )
