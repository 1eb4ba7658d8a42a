"""Logs and temporary files in a layer."""

from layerscope.findings.rule import Confidence, Rule

RULE = Rule(
    id="logs-temp",
    title="logs and temporary files are in the image",
    categories=("logs-temp",),
    why="What instructions left in temporary folders and logs stays in their layers.",
    fix="Delete such files in the instruction that writes them, or mount a temporary file system there.",
    dockerfile=(
        "RUN --mount=type=tmpfs,target=/tmp --mount=type=tmpfs,target=/var/log \\",
        "    ./install.sh",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    order=60,
)
