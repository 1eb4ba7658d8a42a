"""Credentials in the environment that the image sets."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import build_steps
from layerscope.oci.credentials import find_credentials, is_credential
from layerscope.units import safe_text

_SHOWN = 20
_NAME_CHARACTERS = 60


def _find(case: Case) -> Iterator[Claim]:
    names = [name for name, value in map(_split, case.image.config.env) if _holds_credential(name, value)]
    if names and case.image.layers:
        evidence = [f"ENV {safe_text(name[:_NAME_CHARACTERS])} has a value that looks like a secret." for name in names]
        yield Claim(layers=_layers(case, names), evidence=tuple(evidence[:_SHOWN]))


def _split(variable: str) -> tuple[str, str]:
    name, _, value = variable.partition("=")
    return name, value


def _holds_credential(name: str, value: str) -> bool:
    return is_credential(name, value) or bool(find_credentials(value))


def _layers(case: Case, names: list[str]) -> tuple[int, ...]:
    """The layer below the instruction that sets the first of them, else the last one."""
    top = len(case.image.layers) - 1
    for step in build_steps(case.image):
        if step.keyword == "ENV" and any(f" {name}=" in f" {step.rest}" for name in names[:_SHOWN]):
            return (min(step.below, top),)
    return (top,)


RULE = Rule(
    id="secrets-in-env",
    title="credentials are in the image's environment",
    find=_find,
    why="The environment is in the configuration, which everybody who can pull the image reads, and in every process.",
    fix="Revoke the credential, take the ENV out, and give it when the container starts, best as a mounted file.",
    dockerfile=(
        "# no ENV; while building:",
        "RUN --mount=type=secret,id=hf_token,env=HF_TOKEN python3 download.py",
        "# while running: docker run --env-file secrets.env, or a Kubernetes Secret",
    ),
    confidence=Confidence.MEDIUM,
)
