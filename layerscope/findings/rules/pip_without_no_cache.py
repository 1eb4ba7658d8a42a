"""A RUN whose pip leaves its cache in the layer."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.installs import installs
from layerscope.findings.own_steps import own_steps, quote
from layerscope.findings.rule import Claim, Rule
from layerscope.oci.build_step import BuildStep
from layerscope.units import human_bytes


def _find(case: Case) -> Iterator[Claim]:
    """The bytes are `pip-cache`'s; this says which instruction to change."""
    rows = case.rows_of_categories("pip-cache")
    left_bytes = np.bincount(case.index.layers[rows], case.index.sizes[rows], minlength=len(case.image.layers))
    found = [
        step
        for step in own_steps(case)
        if step.keyword == "RUN" and step.layer is not None and left_bytes[step.layer] and _keeps_cache(step)
    ]
    if found:
        layers = tuple(step.layer for step in found if step.layer is not None)
        sizes = tuple(f"{human_bytes(int(left_bytes[layer]))} of cache stay in layer {layer}." for layer in layers)
        yield Claim(layers=layers, evidence=(*map(quote, found[:10]), *sizes[:10]))


def _keeps_cache(step: BuildStep) -> bool:
    return any(item.tool == "pip" and not item.has("--no-cache-dir") for item in installs(step.rest))


RULE = Rule(
    id="pip-without-no-cache",
    title="pip install leaves its cache in the layer",
    find=_find,
    why="Without --no-cache-dir pip keeps every wheel that it downloads or builds beside what it installs.",
    fix="Mount the cache while pip runs, or tell pip to keep none.",
    dockerfile=(
        "RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt",
        "# or:",
        "RUN pip install --no-cache-dir -r requirements.txt",
    ),
)
