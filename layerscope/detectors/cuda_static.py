"""CUDA's static libraries and the stubs to link against."""

from layerscope.detectors.cuda_components import TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below

_FOLDERS = ("usr/lib/*-linux-gnu", "usr/lib64", "usr/local/lib")
_NAMES = ("libcudnn*.a", "libnccl*.a", "libnvinfer*.a", "libnvonnxparser*.a", "libcublas*.a", "libcutensor*.a")

DETECTOR = Detector(
    id="cuda-static",
    title="CUDA static libraries",
    group=Group.CUDA,
    directories=below(TOOLKIT, ["**/stubs"]),
    files=(*below(TOOLKIT, ["**/*.a"]), *below(_FOLDERS, _NAMES)),
    why="Static libraries are for linking; a `devel` image brings them for every CUDA library.",
    fix="Build in a `devel` stage and start the last stage from `runtime` or `base`.",
)
