"""Installers and archives that were unpacked and left."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below

_FOLDERS = ("tmp/**", "var/tmp/**", "root", "opt", "home/*", "usr/src", "usr/local", "usr/local/src")
_NAMES = ("*.run", "*.tar", "*.tar.gz", "*.tgz", "*.tar.xz", "*.txz", "*.tar.bz2", "*.tar.zst", "*.zip")

DETECTOR = Detector(
    id="installer",
    title="installers and source archives",
    group=Group.INSTALLERS,
    directories=("var/cuda-repo-*", "var/*-local-repo-*"),
    packages=("dpkg:cuda-repo-*", "dpkg:*-local-repo-*", "rpm:cuda-repo-*", "rpm:*-local-repo-*"),
    files=(
        "**/*.deb",
        "**/*.rpm",
        "**/cuda_*.run",
        "**/NVIDIA-*.run",
        "**/Miniconda*.sh",
        "**/Anaconda*.sh",
        "**/Miniforge*.sh",
        "**/Mambaforge*.sh",
        "**/cudnn-*.tar.xz",
        "**/cudnn-*.tgz",
        "**/TensorRT-*.tar.gz",
        "**/nccl_*.txz",
        "**/libtorch-*.zip",
        *below(_FOLDERS, _NAMES),
    ),
    unless_owned=True,
    why="What was installed is in the image a second time, packed.",
    fix="Download, install and delete in one RUN, or bind-mount the file for that RUN.",
)
