"""apt's package lists in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="apt-lists",
    title="apt's package lists are in the image",
    categories=("apt-lists",),
    why="`apt-get update` downloads the lists of all packages; they are only needed while packages are installed.",
    fix="Remove the lists in the instruction that fetches them, or mount their folder while apt runs.",
    dockerfile=(
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends curl \\",
        "    && rm -rf /var/lib/apt/lists/*",
        "# or, with BuildKit:",
        "RUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\",
        "    apt-get update && apt-get install -y --no-install-recommends curl",
    ),
    least_bytes=1_000,
    order=10,
)
