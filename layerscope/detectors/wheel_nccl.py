"""NVIDIA's library for communication between GPUs, from wheels and conda."""

from layerscope.detectors.cuda_components import NCCL, PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = ("nvidia-nccl*",)
_CONDA = ("nccl", "libnccl*")

DETECTOR = Detector(
    id="wheel-nccl",
    title="NCCL (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(SITE_FOLDERS, ["nvidia/nccl"]),
    files=below(PYTHON_FOLDERS, NCCL),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="PyTorch's and JAX's wheels bring it; with one GPU it is not used.",
    fix="Have one CUDA only: start from an image without CUDA, or use the system's and leave the wheels out.",
)
