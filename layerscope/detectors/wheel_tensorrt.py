"""NVIDIA's inference engine, from wheels."""

from layerscope.detectors.cuda_components import PYTHON_FOLDERS, SITE_FOLDERS, TENSORRT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_WHEELS = (
    "tensorrt",
    "tensorrt-cu*",
    "tensorrt_cu*",
    "tensorrt-lean*",
    "tensorrt_lean*",
    "tensorrt-dispatch*",
    "tensorrt_dispatch*",
    "tensorrt-libs",
    "tensorrt-bindings",
)
_CONDA = ("tensorrt*",)

DETECTOR = Detector(
    id="wheel-tensorrt",
    title="TensorRT (Python)",
    group=Group.CUDA_WHEELS,
    directories=below(SITE_FOLDERS, ["tensorrt_libs", "tensorrt_bindings"]),
    files=below(PYTHON_FOLDERS, TENSORRT),
    packages=(*owned(["python"], _WHEELS), *owned(["conda"], _CONDA)),
    why="The wheels bring the builder of engines beside the part that runs them.",
    fix="Install `tensorrt-lean` or `tensorrt-dispatch` where engines are only run.",
)
