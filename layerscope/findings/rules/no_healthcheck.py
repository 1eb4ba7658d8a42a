"""A server without a health check."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.own_steps import is_base_itself, own_steps, quote
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.units import safe_text

_SERVER = re.compile(
    r"(?:^|[/\s])(?:uvicorn|gunicorn|hypercorn|daphne|waitress-serve|tritonserver|torchserve|streamlit|nginx|mlserver"
    r"|bentoml|ollama|text-generation-launcher|api_server|tensorflow_model_server)(?=\s|$)"
    r"|(?:^|[/\s._-])(?:server?|serving)(?:\.py|\.sh)?(?=\s|$)|(?:flask|fastapi) (?:run|dev)\b|runserver\b"
)
_COMMAND_CHARACTERS = 2_000


def _find(case: Case) -> Iterator[Claim]:
    config = case.image.config
    if config.has_healthcheck or is_base_itself(case) or not case.image.layers:
        return
    steps = own_steps(case)
    if any(step.keyword == "HEALTHCHECK" for step in steps):
        # Turned off on purpose, or said in a format that cannot hold it, as OCI's.
        return
    evidence = [quote(step) for step in steps if step.keyword == "EXPOSE"][:1]
    command = " ".join((*config.entrypoint, *config.cmd))[:_COMMAND_CHARACTERS]
    if match := _SERVER.search(command):
        evidence.append(f"The command runs {safe_text(match.group().strip(' /._-'))}.")
    if evidence:
        yield Claim(evidence=tuple(evidence), layers=(len(case.image.layers) - 1,))


RULE = Rule(
    id="no-healthcheck",
    title="a server has no health check",
    find=_find,
    why="Docker and Compose then know that the process lives, but not whether it answers; Kubernetes has probes.",
    fix="Ask the server something small, with what is in the image anyway. Under Kubernetes define a probe instead.",
    dockerfile=(
        "HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \\",
        '    CMD ["curl", "-fsS", "http://127.0.0.1:8000/health"]',
    ),
    confidence=Confidence.LOW,
    purposes=(Purpose.PROD,),
)
