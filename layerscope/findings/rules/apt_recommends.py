"""apt installs what packages merely recommend."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.installs import Install, installs
from layerscope.findings.own_steps import layers_of, own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep

_SETTING = "install-recommends"


def _find(case: Case) -> Iterator[Claim]:
    """One claim for all steps; what the recommended packages weigh is another rule's."""
    steps = own_steps(case)
    if any(_SETTING in step.rest.lower() and "apt.conf" in step.rest for step in steps):
        return
    found = [step for step in steps if _takes_recommended(step)]
    if found:
        yield Claim(
            layers=tuple(sorted({layer for step in found for layer in layers_of(step, case)})),
            evidence=tuple(map(quote, found[:10])),
        )


def _takes_recommended(step: BuildStep) -> bool:
    return step.keyword == "RUN" and any(_is_generous(item) for item in installs(step.rest))


def _is_generous(item: Install) -> bool:
    if item.tool != "apt" or not item.packages or item.has("--no-install-recommends", "--without-recommends", "-R"):
        return False
    return not any(_SETTING in word.lower() for word in item.options)


RULE = Rule(
    id="apt-recommends",
    title="apt-get installs recommended packages too",
    find=_find,
    why="Debian installs what a package recommends unless told otherwise, which suits a desktop more than an image.",
    fix="Install with --no-install-recommends, and name what is really needed of the rest.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.MEDIUM,
)
