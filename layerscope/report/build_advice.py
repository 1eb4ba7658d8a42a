"""Needs, other bases and the plan as parts of the public document."""

from collections.abc import Sequence

from layerscope.advise import Plan, PlanStep
from layerscope.analysis import Analysis
from layerscope.needs.cuda_use import LibraryUse
from layerscope.needs.system_need import SystemNeed
from layerscope.report.document_advice import (
    AdditionPart,
    CandidatePart,
    LibraryUsePart,
    NeedPart,
    PlanPart,
    PlanStepPart,
    RecommendedPart,
)
from layerscope.report.texts import PATHS_LIMIT, path_text, valid
from layerscope.switching.candidate import Candidate


def need_part(analysis: Analysis, need: SystemNeed) -> NeedPart:
    """One need."""
    return NeedPart(
        what=valid(need.what),
        kind=need.kind.value,
        certainty=need.certainty.value,
        why=need.why,
        evidence=_valid_all(need.evidence),
        wanted_by=_paths(analysis, need.wanted_by),
        met_by=_paths(analysis, need.met_by),
    )


def library_part(analysis: Analysis, use: LibraryUse) -> LibraryUsePart:
    """Who loads a library of the system's CUDA."""
    lost_by = [loss.row for loss in use.losses]
    return LibraryUsePart(
        path=path_text(analysis.index.path(use.row)),
        soname=valid(use.soname),
        loaded_by_files=len(use.loaded_by),
        loaded_by=_paths(analysis, use.loaded_by),
        lost_by_files=len(lost_by),
        lost_by=_paths(analysis, lost_by),
    )


def candidate_part(candidate: Candidate) -> CandidatePart:
    """One base instead of today's."""
    return CandidatePart(
        variant=valid(candidate.variant),
        reference=candidate.reference and valid(candidate.reference),
        tag=candidate.tag and valid(candidate.tag),
        verdict=candidate.verdict.value,
        keep=_valid_all(candidate.keep),
        add=[
            AdditionPart(
                what=valid(item.what), stored_bytes=item.stored_bytes, why=valid(item.why), certain=item.is_certain
            )
            for item in candidate.add
        ],
        environment=_valid_all(candidate.environment),
        two_stages=candidate.needs_two_stages,
        saves_bytes=candidate.saves_bytes,
        saves_transfer_bytes_estimate=candidate.saves_transfer_bytes_estimate,
        predicted_stored_bytes=candidate.predicted_stored_bytes,
        predicted_transfer_bytes_estimate=candidate.predicted_transfer_bytes_estimate,
        evidence=_valid_all(candidate.evidence),
        dockerfile=_valid_all(candidate.dockerfile),
    )


def recommended_part(candidate: Candidate) -> RecommendedPart:
    """The chosen one in short."""
    return RecommendedPart(
        variant=valid(candidate.variant),
        tag=candidate.tag and valid(candidate.tag),
        dockerfile_from=candidate.reference and valid(f"FROM {candidate.reference}"),
        saves_bytes=candidate.saves_bytes,
        verdict=candidate.verdict.value,
    )


def plan_part(plan: Plan) -> PlanPart:
    """The plan with its steps."""
    return PlanPart(
        steps=[_step(step) for step in plan.steps],
        saves_bytes=plan.saves_bytes,
        predicted_stored_bytes=plan.predicted_stored_bytes,
        predicted_transfer_bytes_estimate=plan.predicted_transfer_bytes_estimate,
    )


def _step(step: PlanStep) -> PlanStepPart:
    return PlanStepPart(
        id=valid(step.id),
        kind="finding" if step.switch is None else "switch",
        title=valid(step.title),
        saves_bytes=step.saves_bytes,
        saves_transfer_bytes_estimate=step.saves_transfer_bytes_estimate,
        predicted_stored_bytes=step.predicted_stored_bytes,
        predicted_transfer_bytes_estimate=step.predicted_transfer_bytes_estimate,
        dockerfile=_valid_all(step.dockerfile),
    )


def _paths(analysis: Analysis, rows: Sequence[int]) -> list[str]:
    return [path_text(analysis.index.path(row)) for row in rows[:PATHS_LIMIT]]


def _valid_all(texts: Sequence[str]) -> list[str]:
    return [valid(text) for text in texts]
