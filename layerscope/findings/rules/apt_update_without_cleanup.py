"""A RUN that fetches apt's lists and leaves them."""

import re
from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.installs import updates_apt
from layerscope.findings.own_steps import own_steps, quote
from layerscope.findings.rule import Claim, Rule
from layerscope.units import human_bytes

_CLEANUP = re.compile(r"\brm\s[^;&|]{0,500}/var/lib/apt(?:/lists|/?\s|/?$)")


def _find(case: Case) -> Iterator[Claim]:
    """The bytes are `apt-lists`'s; this says which instruction to change."""
    rows = case.rows_of_categories("apt-lists")
    left_bytes = np.bincount(case.index.layers[rows], case.index.sizes[rows], minlength=len(case.image.layers))
    steps = [
        step
        for step in own_steps(case)
        if step.keyword == "RUN" and step.layer is not None and left_bytes[step.layer] and updates_apt(step.rest)
    ]
    unclean = [step for step in steps if not _CLEANUP.search(step.rest)]
    if unclean:
        layers = tuple(step.layer for step in unclean if step.layer is not None)
        sizes = tuple(f"{human_bytes(int(left_bytes[layer]))} of lists stay in layer {layer}." for layer in layers)
        yield Claim(layers=layers, evidence=(*map(quote, unclean[:10]), *sizes[:10]))


RULE = Rule(
    id="apt-update-without-cleanup",
    title="apt-get update leaves its lists in the layer",
    find=_find,
    why="The lists are out of date when somebody needs them, and a later RUN cannot take them out of this layer.",
    fix="Delete the lists in the same RUN, or mount apt's folders as caches.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends python3 \\",
        "    && rm -rf /var/lib/apt/lists/*",
        "# or:",
        "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\",
        "    --mount=type=cache,target=/var/lib/apt,sharing=locked \\",
        "    apt-get update && apt-get install -y --no-install-recommends python3",
    ),
)
