"""Device code that was compiled on first use."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="kernel-cache",
    title="compiled GPU kernels",
    group=Group.CACHES,
    directories=(
        "**/.triton/cache",
        "**/.triton/dump",
        "**/.triton/override",
        "**/torchinductor_*",
        "**/.cache/torch/kernels",
        "**/.cache/torch/inductor",
        "**/.cache/torch_extensions",
        "**/.cache/flashinfer",
        "**/.flashinfer",
        "**/.cache/vllm/torch_compile_cache",
        "**/.cache/vllm/deep_gemm",
        "**/.cache/tvm-ffi",
        "**/.nv/ComputeCache",
        "**/.nv/GLCache",
        "**/.cupy/kernel_cache",
        "**/.deep_gemm",
        "**/.tilelang",
        "**/.numba_cache",
        "**/.cache/numba",
    ),
    why="Triton, torch.compile and the driver keep kernels that they compiled; they fit one GPU and one version only.",
    fix="Do not run the model in the build, or set TRITON_CACHE_DIR and TORCHINDUCTOR_CACHE_DIR to a volume.",
)
