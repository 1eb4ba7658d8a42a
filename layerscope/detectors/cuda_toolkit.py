"""NVIDIA's CUDA toolkit, libraries and tools, as the system's packages bring them."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="cuda-toolkit",
    title="CUDA toolkit",
    group=Group.CUDA,
    directories=("usr/local/cuda", "usr/local/cuda-*", "opt/nvidia"),
    packages=(
        "dpkg:cuda-*",
        "dpkg:libcublas*",
        "dpkg:libcudnn*",
        "dpkg:libcufft*",
        "dpkg:libcufile*",
        "dpkg:libcurand*",
        "dpkg:libcusolver*",
        "dpkg:libcusparse*",
        "dpkg:libnccl*",
        "dpkg:libnpp*",
        "dpkg:libnvinfer*",
        "dpkg:libnvjitlink*",
        "dpkg:libnvjpeg*",
        "dpkg:nsight-*",
    ),
    why="The base image brings CUDA's libraries and, in a devel variant, compilers, headers and profilers.",
    fix="Choose the smallest variant of the base image that holds what the application loads.",
)
