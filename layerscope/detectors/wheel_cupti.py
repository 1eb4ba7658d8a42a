"""CUDA's interface for profilers, from wheels and conda."""

from layerscope.detectors.cuda_components import CUPTI, PYTHON_FOLDERS, SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = ("nvidia-cuda-cupti*",)
_CONDA = ("cuda-cupti*",)

DETECTOR = Detector(
    id="wheel-cupti",
    title="CUPTI (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(SITE_FOLDERS, ["nvidia/cuda_cupti"]),
    files=below(PYTHON_FOLDERS, CUPTI),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="`torch.profiler` and Triton's Proton load it; without profiling nothing does.",
    fix="PyTorch links against it, so it stays with PyTorch; Triton's further copies are only for its profiler.",
)
