"""Two instructions in a row that use the same package manager."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.installs import installs, updates_apt
from layerscope.findings.own_steps import layers_of, own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep

# Python packages are better in layers of their own: torch changes less often than the rest.
_SYSTEM_TOOLS = ("apt", "dnf", "apk", "zypper")
_LONGEST_RUN = 20


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each row of neighbours."""
    row: list[BuildStep] = []
    for step in own_steps(case):
        if row and _tools(row[-1]) & _tools(step):
            row.append(step)
        elif step.layer is not None or step.keyword not in ("ENV", "LABEL", "ARG", "SHELL"):
            yield from _claim(row, case)
            row = [step] if _tools(step) else []
    yield from _claim(row, case)


def _claim(row: list[BuildStep], case: Case) -> Iterator[Claim]:
    if len(row) > 1:
        shown = row[:_LONGEST_RUN]
        layers = tuple(sorted({layer for step in shown for layer in layers_of(step, case)}))
        yield Claim(subject=f"{layers[0]}-{layers[-1]}", layers=layers, evidence=tuple(map(quote, shown)))


def _tools(step: BuildStep) -> set[str]:
    if step.keyword != "RUN":
        return set()
    found = {item.tool for item in installs(step.rest)} & set(_SYSTEM_TOOLS)
    return found | ({"apt"} if updates_apt(step.rest) else set())


RULE = Rule(
    id="joinable-layers",
    title="neighbouring instructions install with the same tool",
    find=_find,
    why="Each one rewrites the package database and may fetch lists again; an update on its own grows stale.",
    fix="Join them: update, install and clean up in one RUN.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends \\",
        "        libgl1 \\",
        "        python3 \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.LOW,
)
