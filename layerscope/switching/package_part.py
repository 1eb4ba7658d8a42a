"""Which part of CUDA a system package is of, by its name; NVIDIA's images are made of these parts.

Source: the packages that NVIDIA's Dockerfiles of nvidia/cuda install, and what these depend on.
"""

import re

_RELEASE = r"-\d{1,2}-\d{1,2}"
_LIBRARIES = (
    "libcublas|libcufft|libcufile|libcurand|libcusolver|libcusparse|libnpp|libnvjitlink|libnvjpeg|libnvfatbin"
    "|libcublasmp|libnvptxcompiler|libcusparselt|libcutensor"
)
_PARTS = {
    "base": re.compile(
        rf"cuda-(?:cudart|compat){_RELEASE}|cuda-toolkit(?:-\d{{1,2}}){{0,2}}-config-common|cuda-keyring"
    ),
    "runtime": re.compile(
        rf"(?:{_LIBRARIES}|cuda-(?:libraries|nvrtc|nvtx|opencl)){_RELEASE}|libnccl2?|libcusparselt\d?|libcutensor\d?"
    ),
    "cudnn": re.compile(rf"libcudnn\d{{1,2}}(?:-cuda-\d{{1,2}})?|libcudnn\d{{1,2}}{_RELEASE}"),
    "cudnn-devel": re.compile(r"libcudnn\d{1,2}-(?:dev|devel|headers|static|samples).{0,40}"),
    "devel": re.compile(
        rf"cuda-.{{1,60}}{_RELEASE}|nsight-.{{1,60}}|gds-tools{_RELEASE}|libnccl-(?:dev|devel|static)"
        rf"|(?:{_LIBRARIES}|libnvvm|cuda-[a-z-]{{1,30}})-(?:dev|devel|static){_RELEASE}|libnv[a-z]{{1,20}}{_RELEASE}"
    ),
}
# What each of NVIDIA's variants is made of.
PARTS_OF_VARIANTS: dict[str, frozenset[str]] = {
    "base": frozenset({"base"}),
    "runtime": frozenset({"base", "runtime"}),
    "devel": frozenset({"base", "runtime", "devel"}),
    "cudnn-runtime": frozenset({"base", "runtime", "cudnn"}),
    "cudnn-devel": frozenset({"base", "runtime", "devel", "cudnn", "cudnn-devel"}),
}


def part_of_package(name: str) -> str | None:
    """The part of CUDA that a package is of; None where it is not CUDA's."""
    return next((part for part, expression in _PARTS.items() if expression.fullmatch(name)), None)
