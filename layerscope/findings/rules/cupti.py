"""The system's copy of CUPTI, which profilers load."""

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Confidence, Rule

RULE = Rule(
    id="cupti",
    title="CUDA's profiling library is in the image",
    categories=("cupti",),
    why="CUPTI is for profiling only, and PyTorch, TensorFlow and JAX from wheels bring a copy of their own.",
    fix="Use a variant of the base image below devel; copy CUPTI alone where a profiler without wheels needs it.",
    dockerfile=(
        "FROM nvidia/cuda:X.Y.Z-base-ubuntu22.04",
        "# only where something profiles with the system's copy:",
        "COPY --from=builder /usr/local/cuda/extras/CUPTI/lib64/ /usr/local/cuda/extras/CUPTI/lib64/",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000,
    purposes=(Purpose.PROD,),
    order=30,
)
