"""CUDA's header files."""

from layerscope.detectors.cuda_components import MATH_PACKAGES, SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_FOLDERS = ("usr/include", "usr/include/*-linux-gnu")
_NAMES = ("cudnn*.h", "nccl*.h", "NvInfer*.h", "NvOnnx*.h", "NvUtils.h", "cutensor*.h")
_PACKAGES = (
    "cuda-*-dev-*",
    "cuda-*-devel-*",
    "cuda-cccl-*",
    "cuda-profiler-api-*",
    "libcudnn*-dev*",
    "libcudnn*-headers-*",
    "libnccl-dev*",
    "libnvinfer*-dev*",
    "libnvinfer-headers*",
    "nvidia-cuda-dev",
    *(f"{name}*-dev*" for name in MATH_PACKAGES),
)

DETECTOR = Detector(
    id="cuda-headers",
    title="CUDA headers",
    group=Group.CUDA,
    directories=below(TOOLKIT, ["**/include"]),
    files=below(_FOLDERS, _NAMES),
    packages=owned(SYSTEM_MANAGERS, _PACKAGES),
    order=2,
    why="Headers are for compiling; few programs (CuPy, NVRTC users, JIT extensions) read some of them while they run.",
    fix="Build in a `devel` stage and start the last stage from `runtime` or `base`.",
)
