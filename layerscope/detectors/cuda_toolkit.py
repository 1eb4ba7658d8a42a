"""What else NVIDIA's CUDA packages brought."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import owned

DETECTOR = Detector(
    id="cuda-toolkit",
    title="other CUDA files",
    group=Group.CUDA,
    directories=(*TOOLKIT, "opt/nvidia"),
    packages=owned(SYSTEM_MANAGERS, ["cuda-*", "libcufile*", "gds-tools-*", "nvidia-gds*", "libnvshmem*", "libcudla*"]),
    order=9,
    why="The rest of the CUDA toolkit: cuFile, NVTX, configuration, and what has no category of its own.",
    fix="Choose the smallest variant of the base image that holds what the application loads.",
)
