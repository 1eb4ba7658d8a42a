"""The layers of NVIDIA's CUDA images, as their public Dockerfiles write them.

Each of their stages sets NV_* variables and installs with them right behind; whoever builds on such an image does not.
Source: the Dockerfiles of nvidia/cuda, CUDA 11.0 to 13.0; history keeps `${NV_…}` unexpanded.
"""

import re
from collections.abc import Sequence

from layerscope.oci.build_step import BuildStep

_OWN_ENV = re.compile(r"(?:NVARCH|NV_[A-Z0-9_]+|NVIDIA_REQUIRE_CUDA)\b")
_VARIABLE = re.compile(r"\$\{?(?:NV_[A-Z]|NVARCH\b)")
_PACKAGE = re.compile(
    r"\b(?:cuda-[a-z][a-z-]{1,40}-\d{1,2}-\d|lib(?:cu(?:blas|fft|file|rand|solver|sparse|dnn)|npp|nv\w{1,12}|nccl)[\w-]{0,30})"
)
_OTHER_LAYER = re.compile(
    r"NGC-DL-CONTAINER-LICENSE|nvidia_entrypoint\.sh|/opt/nvidia/entrypoint\.d|/etc/ld\.so\.conf\.d/nvidia\.conf"
    r"|NVIDIA_GPGKEY|/etc/yum\.repos\.d/cuda\.repo|developer\.download\.nvidia\.com/compute/(?:cuda|machine-learning)/repos"
)


def chain_end(steps: Sequence[BuildStep]) -> int:
    """How many of the steps are up to the end of NVIDIA's last stage; 0 without one."""
    end, is_inside, is_behind_env = 0, False, False
    for number, step in enumerate(steps, 1):
        if step.keyword == "ENV" and _OWN_ENV.match(step.rest):
            is_inside = is_behind_env = True
        elif step.keyword == "ENTRYPOINT":
            is_behind_env = False
        elif is_inside and step.keyword in ("RUN", "COPY", "ADD"):
            if not _is_own(step, is_behind_env):
                return end
            is_behind_env = False
            end = number
    return end


def _is_own(step: BuildStep, is_behind_env: bool) -> bool:
    if _OTHER_LAYER.search(step.rest) or (step.keyword == "RUN" and _VARIABLE.search(step.rest)):
        return True
    if step.keyword != "RUN" or not is_behind_env:
        return False
    return len(set(_PACKAGE.findall(step.rest))) >= 2
