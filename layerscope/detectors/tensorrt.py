"""NVIDIA's inference engine."""

from layerscope.detectors.cuda_components import SYSTEM_FOLDERS, SYSTEM_MANAGERS, TENSORRT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="tensorrt",
    title="TensorRT",
    group=Group.CUDA,
    directories=("usr/src/tensorrt", "opt/tensorrt", "usr/local/TensorRT*", "opt/TensorRT*"),
    files=below(SYSTEM_FOLDERS, TENSORRT),
    packages=owned(
        SYSTEM_MANAGERS, ["libnvinfer*", "libnvonnxparsers*", "libnvparsers*", "tensorrt*", "python3-libnvinfer*"]
    ),
    order=3,
    why="TensorRT brings the builder of engines beside the part that runs them.",
    fix="Build engines elsewhere and install only `libnvinfer-lean` or `libnvinfer-dispatch`.",
)
