"""pip's cache in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="pip-cache",
    title="pip's cache is in the image",
    categories=("pip-cache",),
    why="pip keeps what it downloads and builds for a next time, which never comes in an image.",
    fix="Keep the cache out of the layer: mount it while pip runs, or tell pip to keep none.",
    dockerfile=(
        "RUN --mount=type=cache,target=/root/.cache/pip \\",
        "    pip install -r requirements.txt",
        "# or, without BuildKit:",
        "RUN pip install --no-cache-dir -r requirements.txt",
    ),
    least_bytes=1_000,
    order=10,
)
