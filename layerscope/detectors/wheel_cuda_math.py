"""CUDA's mathematical libraries, from wheels and conda."""

from layerscope.detectors.cuda_components import MATH, PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = (
    "nvidia-cublas*",
    "nvidia-cufft*",
    "nvidia-curand*",
    "nvidia-cusolver*",
    "nvidia-cusparse*",
    "nvidia-npp*",
    "nvidia-nvjpeg*",
    "cutensor*",
    "nvidia-cutensor*",
)
_CONDA = (
    "libcublas*",
    "libcufft*",
    "libcurand*",
    "libcusolver*",
    "libcusparse*",
    "libnpp*",
    "libnvjpeg*",
    "cutensor*",
    "libcutensor*",
    "cusparselt*",
)

DETECTOR = Detector(
    id="wheel-cuda-math",
    title="CUDA math libraries (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(
        SITE_FOLDERS,
        [
            "nvidia/cublas",
            "nvidia/cufft",
            "nvidia/curand",
            "nvidia/cusolver",
            "nvidia/cusparse",
            "nvidia/cusparselt",
            "nvidia/npp",
            "nvidia/nvjpeg",
            "nvidia/cutensor",
        ],
    ),
    files=below(PYTHON_FOLDERS, MATH),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="cuBLAS, cuFFT, cuSOLVER, cuSPARSE and their like, as wheels bring them.",
    fix="Have one CUDA only: start from an image without CUDA, or use the system's and leave the wheels out.",
)
