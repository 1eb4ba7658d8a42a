"""GPU kernels compiled on first use, in a layer."""

from layerscope.findings.rule import Confidence, Rule

RULE = Rule(
    id="kernel-cache",
    title="compiled GPU kernels are in the image",
    categories=("kernel-cache",),
    why="Triton, torch.compile and the driver keep the kernels that they compile; these fit one GPU and one driver.",
    fix="Leave the cache out unless the first start must be fast; a volume keeps it across starts as well.",
    dockerfile=(
        "# the cache in a volume, kept across starts:",
        "ENV TRITON_CACHE_DIR=/cache/triton TORCHINDUCTOR_CACHE_DIR=/cache/inductor",
        "VOLUME /cache",
    ),
    confidence=Confidence.LOW,
    least_bytes=1_000,
    order=10,
)
