"""NVIDIA's profilers with a user interface, as the system's packages bring them."""

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Rule

RULE = Rule(
    id="nsight",
    title="Nsight profilers are in the image",
    categories=("nsight-compute", "nsight-systems"),
    why="Nsight Compute and Nsight Systems are programs for developers; no application loads anything of theirs.",
    fix="Use a variant of the base image below devel, and profile from the host or in a stage for development.",
    dockerfile=(
        "FROM nvidia/cuda:X.Y.Z-devel-ubuntu22.04 AS builder",
        "RUN make",
        "FROM nvidia/cuda:X.Y.Z-base-ubuntu22.04",
        "COPY --from=builder /src/out /app",
    ),
    least_bytes=1_000,
    purposes=(Purpose.PROD, Purpose.CI),
    order=30,
)
