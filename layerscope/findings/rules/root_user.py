"""A container that runs as root."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.own_steps import is_base_itself, runs_a_program
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.instruction import mask_secrets
from layerscope.units import safe_text

_ROOT = ("", "root", "0")
_SHOWN_CHARACTERS = 60


def _find(case: Case) -> Iterator[Claim]:
    user = case.image.config.user
    if user.partition(":")[0] not in _ROOT or is_base_itself(case) or not case.image.layers:
        return
    shown = safe_text(mask_secrets(user))[:_SHOWN_CHARACTERS]
    said = f"The configuration says USER {shown}." if user else "No USER is set."
    yield Claim(
        evidence=(said,),
        layers=(len(case.image.layers) - 1,),
        confidence=None if runs_a_program(case) else Confidence.LOW,
    )


RULE = Rule(
    id="root-user",
    title="the container runs as root",
    find=_find,
    why="Whoever takes over the process is root in the container, and one mistake in a mount or the kernel from more.",
    fix="Make a user with a fixed number and switch to it at the end; give it only the directories that it writes to.",
    dockerfile=(
        "RUN useradd --create-home --uid 10001 app",
        "COPY --chown=10001:10001 app/ /app/",
        "USER 10001:10001",
    ),
    purposes=(Purpose.PROD,),
)
