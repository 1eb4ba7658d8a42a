"""Packages installed without a version."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.installs import Install, installs
from layerscope.findings.own_steps import layers_of, own_steps
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.units import safe_text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}(?:\[[^\]]{0,200}\])?(?:[<>!~].{0,100})?$")
_A_FILE = re.compile(r".*\.(?:whl|tar\.gz|tar\.bz2|zip|deb|rpm|conda|txt)$")
# A tool that is brought up to date on purpose, and is not what the image runs.
_TOOLS = ("pip", "setuptools", "wheel", "uv", "virtualenv")
_SHOWN = 12
_CONFIDENCE = {"pip": Confidence.MEDIUM, "conda": Confidence.MEDIUM, "apt": Confidence.LOW}
_FIXES = {
    "pip": (
        "Pin every package, best in a requirements file that a resolver wrote with hashes.",
        ("COPY requirements.txt /app/", "RUN pip install --no-cache-dir --require-hashes -r /app/requirements.txt"),
    ),
    "conda": (
        "Pin versions, best by a lock file, so that two builds of one commit are the same.",
        ("COPY conda-lock.yml /tmp/", "RUN micromamba install -y -n base -f /tmp/conda-lock.yml"),
    ),
    "apt": (
        "Pin the base image by digest, and, where it matters, packages by version or apt by a snapshot.",
        (
            "RUN apt-get update && apt-get install -y --no-install-recommends libsndfile1=1.2.0-1 \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ),
    ),
}


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each tool."""
    names: dict[str, dict[str, None]] = {}
    layers: dict[str, set[int]] = {}
    for step in own_steps(case):
        for item in installs(step.rest) if step.keyword == "RUN" else ():
            if item.tool in _FIXES and (unpinned := _unpinned(item)):
                names.setdefault(item.tool, {}).update(dict.fromkeys(unpinned))
                layers.setdefault(item.tool, set()).update(layers_of(step, case))
    for tool, found in names.items():
        fix, dockerfile = _FIXES[tool]
        yield Claim(
            subject=tool,
            layers=tuple(sorted(layers[tool])),
            evidence=(f"{tool} installs without a version: {_listed(list(found))}",),
            fix=fix,
            dockerfile=dockerfile,
            confidence=_CONFIDENCE[tool],
        )


def _unpinned(item: Install) -> list[str]:
    """The packages without a version; none where a wheelhouse, a constraints file or hashes say the version."""
    if item.tool == "pip" and item.has("--no-index", "-c", "--constraint", "--require-hashes"):
        return []
    return [word for word in item.packages if _NAME.match(word) and not _A_FILE.match(word) and word not in _TOOLS]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(safe_text(name) for name in names[:_SHOWN]) + more


RULE = Rule(
    id="unpinned-installs",
    title="packages are installed without versions",
    find=_find,
    why="The same Dockerfile gives another image tomorrow, which nobody chose and nobody tested.",
    fix="Name the version of each package.",
    confidence=Confidence.MEDIUM,
)
