"""The whole source copied in before dependencies are installed."""

import re
from collections.abc import Iterator, Sequence

from layerscope.findings.case import Case
from layerscope.findings.installs import Install, installs
from layerscope.findings.own_steps import layers_of, own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep

_CONTEXT = re.compile(r"(?:--\S+ ){0,5}\.{1,2}/? ")
_LEGACY_FOLDER = re.compile(r"(?:--\S+ ){0,5}dir:[0-9a-f]{64} in ")
_LISTS = ("requirements", "pyproject", "Pipfile", "environment.yml", "environment.yaml", "package.json")
_FROM_FILES = ("poetry", "pipenv", "npm")


def _find(case: Case) -> Iterator[Claim]:
    steps = own_steps(case)
    for number, step in enumerate(steps):
        if _copies_context(step):
            later = _installing(steps[number + 1 :], is_surely_context=_CONTEXT.match(step.rest) is not None)
            has_installed = any(_reads_lists(item) for earlier in steps[:number] for item in _installs(earlier))
            if later is not None and not has_installed:
                yield Claim(
                    layers=(*layers_of(step, case), *layers_of(later, case)), evidence=(quote(step), quote(later))
                )
            return


def _copies_context(step: BuildStep) -> bool:
    if step.keyword not in ("COPY", "ADD"):
        return False
    return any(expression.match(step.rest) is not None for expression in (_CONTEXT, _LEGACY_FOLDER))


def _installing(steps: Sequence[BuildStep], *, is_surely_context: bool) -> BuildStep | None:
    """The first of the steps that installs what the copied files ask for."""
    for step in steps:
        for item in _installs(step):
            if _reads_lists(item) or (is_surely_context and item.tool in ("pip", "conda") and item.packages):
                return step
    return None


def _installs(step: BuildStep) -> tuple[Install, ...]:
    if step.keyword != "RUN":
        return ()
    return tuple(item for item in installs(step.rest) if not item.has("--no-deps", "--find-links", "-f"))


def _reads_lists(item: Install) -> bool:
    """Whether an install takes its list from a project's files."""
    if item.tool in _FROM_FILES:
        return not item.packages
    if item.tool not in ("pip", "conda"):
        return False
    words = (*item.options, *item.packages)
    return (
        item.has("-r", "--requirement", "--file")
        or "." in item.packages
        or any(any(name in word for name in _LISTS) for word in words)
    )


RULE = Rule(
    id="copy-before-install",
    title="the source is copied before its dependencies are installed",
    find=_find,
    why="Every change of the source makes the build install everything again, and everybody pull a new big layer.",
    fix="Copy the list of dependencies first, install them, and copy the source behind that.",
    dockerfile=(
        "COPY requirements.txt /app/",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install -r /app/requirements.txt",
        "COPY . /app/",
    ),
    confidence=Confidence.MEDIUM,
)
