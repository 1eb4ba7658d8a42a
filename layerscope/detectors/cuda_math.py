"""CUDA's mathematical libraries."""

from layerscope.detectors.cuda_components import MATH, MATH_PACKAGES, SYSTEM_FOLDERS, SYSTEM_MANAGERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="cuda-math",
    title="CUDA math libraries",
    group=Group.CUDA,
    files=below(SYSTEM_FOLDERS, MATH),
    packages=owned(SYSTEM_MANAGERS, [f"{name}*" for name in MATH_PACKAGES]),
    order=3,
    why="cuBLAS, cuFFT, cuRAND, cuSOLVER, cuSPARSE, NPP and nvJPEG are most of a `runtime` image.",
    fix="Where Python wheels bring the same libraries, start from `base`; else install only what is loaded.",
)
