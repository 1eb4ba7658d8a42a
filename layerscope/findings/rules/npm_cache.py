"""npm's cache in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="npm-cache",
    title="npm's cache is in the image",
    categories=("npm-cache",),
    why="npm keeps what it downloads for a next time, which never comes in an image.",
    fix="Keep the cache out of the layer: mount it while npm runs, or clean it in the same instruction.",
    dockerfile=(
        "RUN --mount=type=cache,target=/root/.npm \\",
        "    npm ci --omit=dev",
        "# or, without BuildKit:",
        "RUN npm ci --omit=dev && npm cache clean --force",
    ),
    least_bytes=1_000,
    order=10,
)
