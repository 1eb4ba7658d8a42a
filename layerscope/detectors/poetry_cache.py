"""Caches of Poetry, PDM, Pipenv and other front ends of pip."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="poetry-cache",
    title="Poetry, PDM and Pipenv caches",
    group=Group.CACHES,
    directories=(
        "**/.cache/pypoetry/cache",
        "**/.cache/pypoetry/artifacts",
        "**/.cache/pdm/http",
        "**/.cache/pdm/wheels",
        "**/.cache/pdm/hashes",
        "**/.cache/pdm/metadata",
        "**/.cache/pipenv",
        "**/.cache/pip-tools",
        "**/.cache/hatch/cache",
    ),
    why="Package managers for Python projects keep what they downloaded.",
    fix="End the same RUN with `poetry cache clear --all .`, or mount ~/.cache/pypoetry as a cache.",
)
