"""CUDA's runtime and its compilers at run time."""

from layerscope.detectors.cuda_components import RUNTIME, SYSTEM_FOLDERS, SYSTEM_MANAGERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_PACKAGES = (
    "cuda-cudart-*",
    "cuda-nvrtc-*",
    "libcudart*",
    "libnvrtc*",
    "libnvjitlink*",
    "libnvfatbin*",
    "libnvptxcompiler*",
)

DETECTOR = Detector(
    id="cuda-runtime",
    title="CUDA runtime",
    group=Group.CUDA,
    files=below(SYSTEM_FOLDERS, RUNTIME),
    packages=owned(SYSTEM_MANAGERS, _PACKAGES),
    order=3,
    why="Programs that use CUDA load cudart; nvrtc and nvJitLink compile and link device code while they run.",
    fix="PyTorch's and JAX's wheels bring their own: start from `base` or from an image without CUDA.",
)
