"""Credentials in the image's build history."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.own_steps import layers_of, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep, build_steps
from layerscope.oci.credentials import find_credentials
from layerscope.oci.instruction import unwrap_instruction

_KINDS_SHOWN = 10
_STEPS_SHOWN = 20


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each part of the history with something in it, the base's apart; values are never shown."""
    steps = [(step, kinds) for step in build_steps(case.image) if (kinds := _kinds(step))]
    for is_base in (False, True):
        found = [(step, kinds) for step, kinds in steps if (_position(step) < case.base.count) == is_base]
        if found:
            shown = [f"{quote(step)}: {', '.join(kinds[:_KINDS_SHOWN])}" for step, kinds in found[:_STEPS_SHOWN]]
            layers = sorted({layer for step, _ in found for layer in layers_of(step, case)})
            yield Claim(subject="base" if is_base else None, layers=tuple(layers), evidence=tuple(shown))


def _kinds(step: BuildStep) -> tuple[str, ...]:
    """What a step betrays; its environment is said by another rule, as it is in the configuration too."""
    if step.keyword == "ENV":
        return ()
    return find_credentials(unwrap_instruction(step.history.created_by))


def _position(step: BuildStep) -> int:
    return step.below if step.layer is None else step.layer


RULE = Rule(
    id="secrets-in-history",
    title="credentials are in the build history",
    find=_find,
    why="The history is part of the configuration: whoever can pull the image reads every ARG and every command in it.",
    fix="Revoke the credential, and give the next build a secret mount, which leaves nothing behind.",
    dockerfile=(
        "RUN --mount=type=secret,id=pip_token,env=PIP_TOKEN \\",
        '    pip install --extra-index-url "https://user:${PIP_TOKEN}@example.org/simple" some-package',
        "# docker build --secret id=pip_token,src=token.txt .",
    ),
    confidence=Confidence.MEDIUM,
)
