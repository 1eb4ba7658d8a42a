"""The parts of the public document that advise: needs, other bases, the plan."""

from typing import Literal

from layerscope.report.model import Field, Model

Verdict = Literal["safe", "conditional", "unsafe"]


class NeedPart(Model):
    """What the workload needs of the system's CUDA, or of the system to compile."""

    what: str = Field(description="A library's SONAME, or a part such as nvcc or host-compiler.")
    kind: Literal["linked", "dlopen", "package", "source", "environment"]
    certainty: Literal["certain", "possible"]
    why: str
    evidence: list[str]
    wanted_by: list[str] = Field(description="Paths, capped.")
    met_by: list[str] = Field(description="Paths, capped; none where the image lacks it today.")


class LibraryUsePart(Model):
    """A library of the system's CUDA that anything outside of CUDA loads."""

    path: str
    soname: str
    loaded_by_files: int
    loaded_by: list[str] = Field(description="Paths, capped, of those that map it today.")
    lost_by_files: int
    lost_by: list[str] = Field(description="Paths, capped, of those that would not find it elsewhere.")


class AdditionPart(Model):
    """A package to add to another base."""

    what: str
    stored_bytes: int | None = Field(description="None where this image does not have it to measure.")
    why: str
    certain: bool = Field(description="Whether it is needed in any case; only then the predictions count it.")


class CandidatePart(Model):
    """A base that could take the place of today's."""

    variant: str = Field(
        description="One of NVIDIA's, `none` for a system without CUDA, or `cpu-wheels` for frameworks without GPUs."
    )
    reference: str | None
    tag: str | None
    verdict: Verdict
    keep: list[str] = Field(description="CUDA's packages that it has as well.")
    add: list[AdditionPart]
    environment: list[str] = Field(description="What has to be set by hand.")
    two_stages: bool = Field(description="Whether today's base has to stay as the stage that compiles.")
    saves_bytes: int
    saves_transfer_bytes_estimate: int | None
    predicted_stored_bytes: int
    predicted_transfer_bytes_estimate: int | None
    evidence: list[str]
    dockerfile: list[str]


class RecommendedPart(Model):
    """The safe or conditional candidate that saves most."""

    variant: str
    tag: str | None
    dockerfile_from: str | None
    saves_bytes: int
    verdict: Verdict


class PlanStepPart(Model):
    """One step; the predictions are for it and all steps before it."""

    id: str
    kind: Literal["switch", "finding"]
    title: str
    saves_bytes: int
    saves_transfer_bytes_estimate: int | None
    predicted_stored_bytes: int
    predicted_transfer_bytes_estimate: int | None
    dockerfile: list[str]


class PlanPart(Model):
    """The recommended switch and the findings together, no byte saved twice, the largest saving first."""

    steps: list[PlanStepPart]
    saves_bytes: int
    predicted_stored_bytes: int
    predicted_transfer_bytes_estimate: int | None
