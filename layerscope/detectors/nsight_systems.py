"""NVIDIA's profiler of whole systems."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="nsight-systems",
    title="Nsight Systems",
    group=Group.CUDA,
    directories=("opt/nvidia/nsight-systems*", *below(TOOLKIT, ["nsight-systems*"])),
    files=below(TOOLKIT, ["bin/nsys*", "bin/nsight-sys*"]),
    packages=owned(SYSTEM_MANAGERS, ["nsight-systems*", "cuda-nsight-systems-*"]),
    why="A profiler with a graphical interface.",
    fix="Install it only in an image for profiling; `nsys` can also be mounted from the host.",
)
