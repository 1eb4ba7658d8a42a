"""What else NVIDIA's CUDA wheels brought."""

from layerscope.detectors.cuda_components import PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = (
    "nvidia-cufile*",
    "nvidia-nvtx*",
    "nvidia-nvshmem*",
    "nvidia-cuda-*",
    "nvidia-nvml-dev*",
    "nvidia-nvcomp*",
    "nvidia-libnvcomp*",
    "cuda-toolkit",
    "cuda-bindings",
    "cuda-python",
    "cuda-core",
    "cuda-pathfinder",
)
_CONDA = ("cuda-*", "cudatoolkit*", "libcufile*", "libnvshmem*", "gds-tools")

DETECTOR = Detector(
    id="wheel-cuda-other",
    title="other CUDA files (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(
        SITE_FOLDERS,
        [
            "nvidia/cufile",
            "nvidia/nvtx",
            "nvidia/nvshmem",
            "nvidia/cuda_opencl",
            "nvidia/cuda_cccl",
            "nvidia/nvml_dev",
            "nvidia/nvcomp",
            "nvidia/libnvcomp",
            "nvidia/cuda_profiler_api",
            "nvidia/cuda_sanitizer_api",
        ],
    ),
    files=below(PYTHON_FOLDERS, ["libcufile*", "libnvToolsExt*", "libnvshmem*"]),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    order=1,
    why="cuFile, NVTX, NVSHMEM, headers and bindings that come along with PyTorch or JAX.",
    fix="Have one CUDA only: start from an image without CUDA, or use the system's and leave the wheels out.",
)
