"""NVIDIA's profiler of kernels."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="nsight-compute",
    title="Nsight Compute",
    group=Group.CUDA,
    directories=(
        "opt/nvidia/nsight-compute*",
        "usr/local/NVIDIA-Nsight-Compute*",
        *below(TOOLKIT, ["nsight-compute*"]),
    ),
    files=below(TOOLKIT, ["bin/ncu*", "bin/nv-nsight-cu*"]),
    packages=owned(SYSTEM_MANAGERS, ["nsight-compute*", "cuda-nsight-compute-*"]),
    why="A profiler with a graphical interface, 1 to 1.5 GB; `devel` images bring it.",
    fix="Build in a `devel` stage and copy the result, or remove `nsight-compute-*` in the RUN that installs CUDA.",
)
