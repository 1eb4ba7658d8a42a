"""nvcc, ptxas and their like, from wheels and conda."""

from layerscope.detectors.cuda_components import COMPILERS, PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = (
    "nvidia-cuda-nvcc*",
    "nvidia-nvvm*",
    "nvidia-cuda-crt*",
    "nvidia-cuda-cuobjdump*",
    "nvidia-cuda-nvdisasm*",
    "nvidia-cuda-tileiras*",
)
_CONDA = (
    "cuda-nvcc*",
    "cuda-nvvm*",
    "cuda-crt*",
    "cuda-cuobjdump*",
    "cuda-nvdisasm*",
    "cuda-nvprune*",
    "cuda-cuxxfilt*",
)

DETECTOR = Detector(
    id="wheel-cuda-compiler",
    title="CUDA compiler (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(
        SITE_FOLDERS,
        [
            "nvidia/cuda_nvcc",
            "nvidia/cu13/bin",
            "nvidia/cu13/nvvm",
            "nvidia/cuda_cuobjdump",
            "nvidia/cuda_nvdisasm",
            "triton/backends/nvidia/bin",
        ],
    ),
    files=below(PYTHON_FOLDERS, COMPILERS),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="Triton and XLA call ptxas; a whole nvcc is there for compiling extensions.",
    fix="Keep what Triton brings; leave `nvidia-cuda-nvcc` out where nothing compiles at run time.",
)
