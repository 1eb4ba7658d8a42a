"""NVIDIA's library for communication between GPUs."""

from layerscope.detectors.cuda_components import NCCL, SYSTEM_FOLDERS, SYSTEM_MANAGERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="nccl",
    title="NCCL",
    group=Group.CUDA,
    files=below(SYSTEM_FOLDERS, NCCL),
    packages=owned(SYSTEM_MANAGERS, ["libnccl*"]),
    order=3,
    why="NCCL connects several GPUs; its kernels are compiled for every architecture.",
    fix="PyTorch's wheels bring their own; with one GPU it is not used at all.",
)
