"""CUDA's interface for profilers."""

from layerscope.detectors.cuda_components import CUPTI, SYSTEM_FOLDERS, SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="cupti",
    title="CUPTI",
    group=Group.CUDA,
    directories=below(TOOLKIT, ["extras/CUPTI"]),
    files=below(SYSTEM_FOLDERS, CUPTI),
    packages=owned(SYSTEM_MANAGERS, ["cuda-cupti-*", "libcupti*"]),
    order=1,
    why="Profilers, `torch.profiler` among them, load it; PyTorch's and Triton's wheels bring their own.",
    fix="Build in a `devel` stage and start the last stage from `runtime` or `base`.",
)
