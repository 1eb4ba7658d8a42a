"""nvcc and the tools beside it."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_PACKAGES = (
    "cuda-nvcc-*",
    "cuda-nvvm-*",
    "cuda-crt-*",
    "cuda-cuobjdump-*",
    "cuda-nvdisasm-*",
    "cuda-nvprune-*",
    "cuda-cuxxfilt-*",
    "nvidia-cuda-toolkit",
)

DETECTOR = Detector(
    id="cuda-compiler",
    title="CUDA compiler",
    group=Group.CUDA,
    directories=below(TOOLKIT, ["bin", "nvvm"]),
    packages=owned(SYSTEM_MANAGERS, _PACKAGES),
    order=4,
    why="They turn source into device code; PyTorch's extensions, vLLM and FlashInfer may do so at run time.",
    fix="Build in a `devel` stage and start the last stage from `runtime` or `base`.",
)
