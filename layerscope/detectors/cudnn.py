"""NVIDIA's library for neural networks."""

from layerscope.detectors.cuda_components import CUDNN, SYSTEM_FOLDERS, SYSTEM_MANAGERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="cudnn",
    title="cuDNN",
    group=Group.CUDA,
    files=below(SYSTEM_FOLDERS, CUDNN),
    packages=owned(SYSTEM_MANAGERS, ["libcudnn*", "cudnn*"]),
    order=3,
    why="cuDNN holds precompiled kernels for every architecture and every kind of layer.",
    fix="PyTorch's and JAX's wheels bring their own: choose a base image without `cudnn` in its tag.",
)
