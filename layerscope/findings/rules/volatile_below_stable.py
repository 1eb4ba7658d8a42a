"""Application code in a layer below big installs that do not need it."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.installs import installs
from layerscope.findings.own_steps import own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.oci.build_step import BuildStep
from layerscope.units import human_bytes

_CODE = (b".py", b".ipynb", b".js", b".ts", b".jsx", b".tsx", b".go", b".rs", b".java", b".cpp", b".cc", b".cu", b".rb")
_TO_FOLDER = re.compile(r"(?:in )?(/[^\s\"\]]{1,200})[\"\]]{0,2}$")
_LARGEST_CODE_BYTES = 20_000_000
_LEAST_INSTALL_BYTES = 20_000_000


def _find(case: Case) -> Iterator[Claim]:
    steps = [step for step in own_steps(case) if step.layer is not None]
    for number, step in enumerate(steps):
        if step.keyword in ("COPY", "ADD") and _is_code(case, step):
            above = list(_big_installs(case, step, steps[number + 1 :]))
            if above:
                layers = tuple(item.layer for item in (step, *above) if item.layer is not None)
                sizes = [f"{quote(item)} ({human_bytes(_bytes(case, item))})" for item in above]
                yield Claim(layers=layers, evidence=(quote(step), *sizes[:5]))
            return


def _big_installs(case: Case, copy: BuildStep, later: Sequence[BuildStep]) -> Iterator[BuildStep]:
    folder = _TO_FOLDER.search(copy.rest[-400:])
    for step in later:
        if step.keyword == "RUN" and installs(step.rest) and _bytes(case, step) >= _LEAST_INSTALL_BYTES:
            needs_it = folder is not None and len(folder.group(1)) > 1 and folder.group(1).rstrip("/") in step.rest
            if not needs_it and not any(_takes_files(item.options, item.packages) for item in installs(step.rest)):
                yield step


def _takes_files(options: Sequence[str], packages: Sequence[str]) -> bool:
    """Whether an install reads files that were copied before, so that another rule or nobody has to say something."""
    return any(word in ("-r", "--requirement", "-e", "--editable", "--file", "-c") for word in options) or any(
        word.startswith((".", "/")) for word in packages
    )


def _is_code(case: Case, step: BuildStep) -> bool:
    """Whether a step brings source code, and not much else."""
    if _bytes(case, step) > _LARGEST_CODE_BYTES:
        return False
    rows = np.flatnonzero((case.index.layers == step.layer) & case.has_content)
    return any(path.endswith(_CODE) and b"-packages/" not in path for path in case.paths(rows))


def _bytes(case: Case, step: BuildStep) -> int:
    """The content of a step's layer."""
    return int(case.index.sizes[case.index.layers == step.layer].sum())


RULE = Rule(
    id="volatile-below-stable",
    title="code lies below big installs",
    find=_find,
    why="A layer is built and pulled anew whenever one below it changes, and code changes more often than packages.",
    fix="Order by how often things change: system packages, Python packages, models, and the code last.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends libgl1 && rm -rf /var/lib/apt/lists/*",
        "RUN pip install --no-cache-dir torch==2.5.1",
        "COPY src/ /app/src/",
    ),
    confidence=Confidence.MEDIUM,
)
