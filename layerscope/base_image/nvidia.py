"""The layers of NVIDIA's CUDA images, as their public Dockerfiles write them.

Each of their stages sets NV_* variables and installs with them right behind; whoever builds on such an image does not.
Source: the Dockerfiles of nvidia/cuda, CUDA 11.0 to 13.0; history keeps `${NV_…}` unexpanded.
"""

import re
from collections.abc import Iterator, Sequence

from layerscope.base_image.detected import Stage
from layerscope.base_image.environment import cuda_claim
from layerscope.oci.build_step import BuildStep

_OWN_ENV = re.compile(r"(?:NVARCH|NV_[A-Z0-9_]+|NVIDIA_REQUIRE_CUDA)\b")
_ASSIGNMENT = re.compile(r"(?:^| )(NV_[A-Z0-9_]{1,80}|NVARCH|NVIDIA_REQUIRE_CUDA|CUDA_VERSION)=\"?([^\s\"]{0,200})")
_VARIABLE = re.compile(r"\$\{?(?:NV_[A-Z]|NVARCH\b|PKG_CMD\})")
_PACKAGE = re.compile(
    r"\b(?:cuda-[a-z][a-z-]{1,40}-\d{1,2}-\d|lib(?:cu(?:blas|fft|file|rand|solver|sparse|dnn)|npp|nv\w{1,12}|nccl)[\w-]{0,30})"
)
_OTHER_LAYER = re.compile(
    r"NGC-DL-CONTAINER-LICENSE|nvidia_entrypoint\.sh|/opt/nvidia/entrypoint\.d| in /opt/nvidia/$"
    r"|/etc/ld\.so\.conf\.d/nvidia\.conf"
)
# What comes before CUDA is installed; users who add NVIDIA's repository do so later.
_PREPARATION = re.compile(
    r"NVIDIA_GPGKEY|/etc/(?:yum\.repos\.d|zypp/repos\.d)/(?:cuda|nvidia-ml)\.repo"
    r"|install -y ca-certificates binutils glibc-devel kernel-headers"
    r"|developer\.download\.nvidia\.com/compute/(?:cuda|machine-learning)/repos"
)
# The legacy builder names no copied file; the license is copied to the root right before this.
_LICENSE = re.compile(r"file:[0-9a-f]{1,64} in /")
_BEHIND_LICENSE = "NVIDIA_VISIBLE_DEVICES="


def chain_end(steps: Sequence[BuildStep]) -> int:
    """How many of the steps are up to the end of NVIDIA's last stage; 0 without one."""
    end, is_inside, is_behind_env, is_prepared = 0, False, False, False
    for number, step in enumerate(steps, 1):
        if step.keyword == "ENV":
            is_own_env = _OWN_ENV.match(step.rest) is not None
            is_inside, is_behind_env = is_inside or is_own_env, is_behind_env or is_own_env
            is_prepared = is_prepared or (is_inside and step.rest.startswith("CUDA_VERSION="))
        elif step.keyword == "ENTRYPOINT":
            is_behind_env = False
        elif is_inside and step.keyword in ("RUN", "COPY", "ADD"):
            is_preparing = not is_prepared and _PREPARATION.search(step.rest) is not None
            if not (is_preparing or _is_own(step, is_behind_env) or _is_license(steps, number)):
                return end
            is_behind_env = False
            end = number
    return end


def chain_stages(steps: Sequence[BuildStep], end: int) -> tuple[Stage, ...]:
    """The links of NVIDIA's chain in the lowest `end` steps: each begins where its variables are first set."""
    stages: list[Stage] = []
    values: dict[str, str] = {}
    variant = "os"
    for step in steps[:end]:
        if step.keyword == "ENV" and (variables := _variables(step)):
            values |= variables
            claim = cuda_claim({"NV_CUDA_CUDART_VERSION": "", **values})
            if claim and claim.variant != variant:
                stages.append(Stage(variant, step.below))
                variant = claim.variant
    if not end:
        return ()
    return (*_grown(stages), Stage(variant, steps[end - 1].below + (steps[end - 1].layer is not None)))


def chain_variables(steps: Sequence[BuildStep]) -> dict[str, str]:
    """The variables that NVIDIA's stages set in these steps."""
    values: dict[str, str] = {}
    for step in steps:
        if step.keyword == "ENV":
            values |= _variables(step)
    return values


def _variables(step: BuildStep) -> dict[str, str]:
    return {match[1]: match[2] for match in _ASSIGNMENT.finditer(step.rest)}


def _grown(stages: Sequence[Stage]) -> Iterator[Stage]:
    """Only stages that end above the one before: a variant that a few variables passed through has no layers."""
    top = 0
    for stage in stages:
        if stage.layers > top:
            yield stage
            top = stage.layers


def _is_license(steps: Sequence[BuildStep], count: int) -> bool:
    """Whether the last of so many steps copies a file to the root, and the next one is the base's last but one."""
    is_behind = count < len(steps) and steps[count].rest.startswith(_BEHIND_LICENSE)
    return is_behind and steps[count - 1].keyword == "COPY" and _LICENSE.fullmatch(steps[count - 1].rest) is not None


def _is_own(step: BuildStep, is_behind_env: bool) -> bool:
    if _OTHER_LAYER.search(step.rest) or (step.keyword == "RUN" and _VARIABLE.search(step.rest)):
        return True
    if step.keyword != "RUN" or not is_behind_env:
        return False
    return len(set(_PACKAGE.findall(step.rest))) >= 2
