"""Caches of compilers and build tools in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="build-cache",
    title="a build tool's cache is in the image",
    categories=("other-build-cache",),
    why="Compilers and build tools keep downloads and intermediate results for a next build, which never comes here.",
    fix="Build in a stage of its own and copy what comes out, and mount the tool's cache while it builds.",
    dockerfile=(
        "FROM build-image AS builder",
        "RUN --mount=type=cache,target=/root/.cache/ccache make",
        "FROM runtime-image",
        "COPY --from=builder /src/out /usr/local/bin/",
    ),
    least_bytes=1_000,
    order=10,
)
