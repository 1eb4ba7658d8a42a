"""NVIDIA's library for neural networks, from wheels and conda."""

from layerscope.detectors.cuda_components import CUDNN, PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = ("nvidia-cudnn", "nvidia-cudnn-cu*", "nvidia-cudnn-jit*")
_CONDA = ("cudnn*", "libcudnn*")

DETECTOR = Detector(
    id="wheel-cudnn",
    title="cuDNN (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(SITE_FOLDERS, ["nvidia/cudnn"]),
    files=below(PYTHON_FOLDERS, CUDNN),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="PyTorch, JAX and TensorFlow bring the cuDNN that they were built with.",
    fix="Have one CUDA only: start from an image without CUDA, or use the system's and leave the wheels out.",
)
