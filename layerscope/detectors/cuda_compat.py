"""The driver's libraries, for machines whose driver is older than CUDA."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_FOLDERS = ("usr/lib/*-linux-gnu", "usr/lib64")
_NAMES = (
    "libcuda.so*",
    "libnvidia-ml.so*",
    "libnvidia-ptxjitcompiler.so*",
    "libnvidia-nvvm*.so*",
    "libcudadebugger.so*",
)
_PACKAGES = ("cuda-compat-*", "libcuda1", "libnvidia-compute-*", "nvidia-driver*", "nvidia-utils-*")

DETECTOR = Detector(
    id="cuda-compat",
    title="CUDA compatibility and driver libraries",
    group=Group.CUDA,
    directories=below(TOOLKIT, ["compat"]),
    files=below(_FOLDERS, _NAMES),
    packages=owned(SYSTEM_MANAGERS, _PACKAGES),
    order=3,
    why="With them CUDA runs on a data centre's older driver; the container runtime mounts the driver's own.",
    fix="Leave `cuda-compat` out where every machine's driver is new enough.",
)
