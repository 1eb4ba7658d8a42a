"""uv's cache in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="uv-cache",
    title="uv's cache is in the image",
    categories=("uv-cache",),
    why="uv keeps downloaded and unpacked packages for a next time; what an environment links to is not there twice.",
    fix="Keep the cache out of the layer: mount it while uv runs and let uv copy, or tell uv to keep none.",
    dockerfile=(
        "ENV UV_LINK_MODE=copy",
        "RUN --mount=type=cache,target=/root/.cache/uv \\",
        "    uv sync --locked --no-dev",
        "# or, without BuildKit:",
        "RUN uv sync --locked --no-dev --no-cache",
    ),
    least_bytes=1_000,
    order=10,
)
