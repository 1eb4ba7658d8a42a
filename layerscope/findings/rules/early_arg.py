"""A build argument that is in scope of steps which do not use it."""

import re
from collections.abc import Iterator, Sequence

from layerscope.findings.case import Case
from layerscope.findings.own_steps import layers_of, own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep
from layerscope.units import safe_text

_ARGS = re.compile(r"(?:RUN )?\|(\d{1,3}) ")
_NAME = re.compile(r"(?:^| )([A-Za-z_][A-Za-z0-9_]{0,60})=")
_SHELLS = ("/bin/sh -c ", "/bin/bash ")
_ARGS_CHARACTERS = 20_000
# What seldom changes between builds, or has to be there from the first RUN on.
_STABLE = re.compile(
    r"(?:DEBIAN_FRONTEND|TARGET\w*|BUILDPLATFORM|BUILDARCH|BUILDOS|\w*_proxy|\w*_?(?:UID|GID|USER|USERNAME|HOME|TZ|LANG))$",
    re.IGNORECASE,
)
_VOLATILE = re.compile(r"(?:^|_)(?:COMMIT|SHA|REF|REV|REVISION|DATE|TIME|TIMESTAMP|BUILD|CACHEBUST|BRANCH|TAG)(?:_|$)")


def _find(case: Case) -> Iterator[Claim]:
    steps = [step for step in own_steps(case) if step.keyword == "RUN"]
    names = dict.fromkeys(name for step in steps for name in _names(step))
    for name in list(names)[:50]:
        if not _STABLE.match(name):
            idle = _idle_before_use(name, steps)
            if idle:
                volatile = _VOLATILE.search(name.upper()) is not None
                yield Claim(
                    subject=name,
                    layers=tuple(sorted({layer for step in idle for layer in layers_of(step, case)})),
                    evidence=(
                        f"ARG {safe_text(name)} is in scope of these, which do not use it:",
                        *map(quote, idle[:5]),
                    ),
                    confidence=Confidence.MEDIUM if volatile else Confidence.LOW,
                )


def _idle_before_use(name: str, steps: Sequence[BuildStep]) -> list[BuildStep]:
    """The steps in whose scope an argument is before the first that uses it.

    Whether a program reads it from its environment cannot be seen: of arguments that nothing names, only those that
    change with every build are taken for idle.
    """
    used = re.compile(r"\$\{?" + re.escape(name) + r"\b")
    idle: list[BuildStep] = []
    for step in steps:
        if name in _names(step):
            if used.search(step.rest):
                return idle
            idle.append(step)
    return idle if _VOLATILE.search(name.upper()) else []


def _names(step: BuildStep) -> tuple[str, ...]:
    """The arguments that the builder noted with a RUN: `RUN |2 A=b C=d /bin/sh -c …`."""
    text = step.history.created_by.lstrip()[:_ARGS_CHARACTERS]
    match = _ARGS.match(text)
    if match is None:
        return ()
    ends = [end for end in (text.find(shell) for shell in _SHELLS) if end >= 0]
    return tuple(_NAME.findall(text[match.end() - 1 : min(ends, default=len(text))])[: int(match.group(1))])


RULE = Rule(
    id="early-arg",
    title="a build argument comes earlier than it is used",
    find=_find,
    why="A changed ARG makes every RUN below it run anew, whether or not that RUN uses it.",
    fix="Move the ARG down to just above the first instruction that uses it.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*",
        "ARG APP_VERSION",
        "RUN pip install --no-cache-dir app==${APP_VERSION}",
    ),
    confidence=Confidence.LOW,
)
