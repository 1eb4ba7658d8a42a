"""The caches of dnf, yum and zypper in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="dnf-cache",
    title="the package manager's cache is in the image",
    categories=("dnf-cache",),
    why="dnf, yum and zypper keep repository metadata and downloads for a next time.",
    fix="Clean up in the instruction that installs, or mount the cache while the package manager runs.",
    dockerfile=(
        "RUN dnf install -y --setopt=install_weak_deps=False python3 && dnf clean all && rm -rf /var/cache/dnf",
        "# or, with BuildKit:",
        "RUN --mount=type=cache,target=/var/cache/dnf,sharing=locked \\",
        "    dnf install -y --setopt=install_weak_deps=False python3",
    ),
    least_bytes=1_000,
    order=10,
)
