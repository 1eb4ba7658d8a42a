"""CUDA's runtime and run-time compilers, from wheels and conda."""

from layerscope.detectors.cuda_components import PYTHON_FOLDERS, RUNTIME, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = (
    "nvidia-cuda-runtime*",
    "nvidia-cuda-nvrtc*",
    "nvidia-nvjitlink*",
    "nvidia-nvfatbin*",
    "nvidia-nvptxcompiler*",
)
_CONDA = ("cuda-cudart*", "cuda-nvrtc*", "libnvjitlink*", "libnvfatbin*", "libnvptxcompiler*")

DETECTOR = Detector(
    id="wheel-cuda-runtime",
    title="CUDA runtime (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(
        SITE_FOLDERS, ["nvidia/cuda_runtime", "nvidia/cuda_nvrtc", "nvidia/nvjitlink", "nvidia/nvfatbin"]
    ),
    files=below(PYTHON_FOLDERS, RUNTIME),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="Wheels bring the CUDA runtime that they were built with.",
    fix="Have one CUDA only: start from an image without CUDA, or use the system's and leave the wheels out.",
)
