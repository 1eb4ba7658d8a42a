"""Separate debug symbols in a layer."""

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Confidence, Rule

RULE = Rule(
    id="debug-symbols-file",
    title="separate debug symbols are in the image",
    categories=("debug-symbols-file",),
    why="Files with debug symbols serve debuggers only; programs never load them.",
    fix="Leave out the -dbg, -dbgsym and -debuginfo packages, or keep them in a stage for debugging.",
    dockerfile=(
        "FROM runtime AS debug",
        "RUN apt-get update && apt-get install -y --no-install-recommends gdb libc6-dbg && rm -rf /var/lib/apt/lists/*",
        "FROM runtime AS prod",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=100_000,
    purposes=(Purpose.PROD, Purpose.CI),
    order=45,
)
