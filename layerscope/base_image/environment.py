"""What environment variables tell of a CUDA image: NVIDIA's stages each set their own, and later layers keep them.

Source: NVIDIA's Dockerfiles of nvidia/cuda; the names are in `layerscope.knowledge`.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from layerscope.knowledge.cuda_variants import cuda_of_cudart, variable_rule

ARCHITECTURES = {"x86_64": "amd64", "sbsa": "arm64", "ppc64le": "ppc64le"}
_EXACT = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})(?:[-.]\d{1,9})?", re.ASCII)
_RELEASE = re.compile(r"(\d{1,3}\.\d{1,3})(?:\D|$)", re.ASCII)
_SUFFIX = re.compile(r"-(\d{1,3})-(\d{1,3})(?:=|$)", re.ASCII)
_PACKAGES = ("NV_CUDA_COMPAT_PACKAGE", "NV_LIBCUBLAS_PACKAGE_NAME", "NV_LIBCUBLAS_DEV_PACKAGE_NAME")


class CudaClaim(Struct, frozen=True):
    """What one source says of a CUDA image: variant, CUDA version, and what in it does not fit the rest of it."""

    variant: str
    cuda: str | None
    conflict: str = ""


def variables(env: Iterable[str]) -> dict[str, str]:
    """Variables of a configuration by name; of two with one name the last counts."""
    return {name: value for name, separator, value in (item.partition("=") for item in env) if separator}


def cuda_claim(values: Mapping[str, str]) -> CudaClaim | None:
    """What the variables say; None where they are not those of NVIDIA's CUDA image."""
    rule, names = variable_rule(), values.keys()
    if not (names & rule.is_cuda or names >= rule.is_cuda_where_all):
        return None
    variant = "devel" if names & rule.devel else "runtime" if names & rule.runtime else "base"
    if variant != "base" and names & rule.cudnn:
        variant = f"cudnn-{variant}"
    cuda, conflict = _version(values)
    return CudaClaim(variant, cuda, conflict)


def release_of(version: str) -> str | None:
    """The first two numbers of a version."""
    match = _RELEASE.match(version)
    return match[1] if match else None


def exact_version(version: str) -> str | None:
    """The first three numbers of a version such as 12.4.1-1 or 12.4.1.003."""
    match = _EXACT.fullmatch(version)
    return match[1] if match else None


def is_same_cuda(one: str, other: str) -> bool:
    """Whether two versions fit, of which each may lack its patch number."""
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or longer.startswith(f"{shorter}.")


def _version(values: Mapping[str, str]) -> tuple[str | None, str]:
    """The version that NVIDIA's own variables agree on; users overwrite CUDA_VERSION, so it counts last."""
    releases = {name: release for name in values if (release := _release(name, values[name]))}
    said = values.get("CUDA_VERSION", "")
    if len(set(releases.values())) > 1:
        return None, "The variables do not agree: " + ", ".join(f"{name}={values[name]}" for name in sorted(releases))
    if not releases:
        return exact_version(said) or release_of(said), ""
    release = next(iter(releases.values()))
    built_with = cuda_of_cudart(values.get("NV_CUDA_CUDART_VERSION", ""))
    exact = exact_version(values.get("NV_CUDA_LIB_VERSION", "")) or (built_with[0] if len(built_with) == 1 else None)
    if exact is None and is_same_cuda(said, release) and (not built_with or said in built_with):
        exact = exact_version(said)
    found = exact or release
    is_fitting = not said or is_same_cuda(exact_version(said) or said, found)
    name = min(releases)
    return found, "" if is_fitting else f"CUDA_VERSION={said} does not fit {name}={values[name]}"


def _release(name: str, value: str) -> str | None:
    if name in ("NV_CUDA_LIB_VERSION", "NV_CUDA_CUDART_VERSION"):
        return release_of(value)
    match = _SUFFIX.search(value) if name in _PACKAGES else None
    return f"{match[1]}.{match[2]}" if match else None
