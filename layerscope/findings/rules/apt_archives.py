"""Packages that apt downloaded, in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="apt-archives",
    title="apt's downloads are in the image",
    categories=("apt-archives",),
    why="apt keeps the packages that it downloads, and an index of all it knows, for a next time.",
    fix="Run `apt-get clean` in the instruction that installs, or mount apt's cache while it runs.",
    dockerfile=(
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends curl \\",
        "    && apt-get clean && rm -rf /var/lib/apt/lists/*",
        "# or, with BuildKit:",
        "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\",
        "    apt-get update && apt-get install -y --no-install-recommends curl",
    ),
    least_bytes=1_000,
    order=10,
)
