"""The caches of Poetry, PDM and Pipenv in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="poetry-cache",
    title="a Python project tool's cache is in the image",
    categories=("poetry-cache",),
    why="Poetry, PDM and Pipenv keep what they download for a next time, which never comes in an image.",
    fix="Keep the cache out of the layer: mount it while the tool runs, or install the locked packages with no cache.",
    dockerfile=(
        "RUN --mount=type=cache,target=/root/.cache/pypoetry \\",
        "    poetry install --only main --no-root",
        "# or, without BuildKit:",
        "RUN poetry install --only main --no-root --no-cache",
    ),
    least_bytes=1_000,
    order=10,
)
