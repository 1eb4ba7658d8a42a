"""The base that an image's labels and annotations declare (OCI image-spec, annotations.md, "base.name")."""

import re
from collections.abc import Mapping

from msgspec import Struct

from layerscope.base_image.detected import Family, Witness
from layerscope.oci.credentials import mask_secrets
from layerscope.units import safe_text

BASE_NAME = "org.opencontainers.image.base.name"
_SHOWN_CHARACTERS = 200
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
_DISTROS = frozenset(
    ("ubuntu", "debian", "alpine", "rockylinux", "almalinux", "centos", "fedora", "amazonlinux", "oraclelinux", "ubi")
)


class DeclaredBase(Struct, frozen=True):
    """A reference that is said to be the base: `name` without the registry's host, `tag` where it has one."""

    reference: str
    family: Family | None
    name: str
    tag: str | None
    witness: Witness


def declared_base(labels: Mapping[str, str], annotations: Mapping[str, str]) -> DeclaredBase | None:
    """What the manifest's annotation says, else what the label says; a label may be the base's own about its base."""
    for kind, values in (("Annotation", annotations), ("Label", labels)):
        if reference := values.get(BASE_NAME, "").strip():
            shown = safe_text(mask_secrets(reference))[:_SHOWN_CHARACTERS]
            family, name, tag = _take_apart(reference)
            return DeclaredBase(reference, family, name, tag, Witness("labels", f"{kind} {BASE_NAME} is {shown}"))
    return None


def _take_apart(reference: str) -> tuple[Family | None, str, str | None]:
    path = reference.partition("@")[0].rpartition("://")[2]
    host, _, rest = path.partition("/")
    is_host = bool(rest) and ("." in host or ":" in host or host == "localhost")
    name, _, tag = (rest if is_host else path).partition(":")
    name = name.removeprefix("library/")
    return _family(host if is_host else "", name), name, tag if _TAG.fullmatch(tag) else None


def _family(host: str, name: str) -> Family | None:
    last = name.rpartition("/")[2]
    if f"/{name}".endswith("/nvidia/cuda"):
        return Family.NVIDIA_CUDA
    if f"/{name}".endswith("/pytorch/pytorch"):
        return Family.PYTORCH
    if host == "nvcr.io" and name.startswith("nvidia/"):
        return Family.NGC
    if "distroless" in name.split("/")[:-1]:
        return Family.DISTROLESS
    if name == "python":
        return Family.PYTHON
    return Family.DISTRO if last in _DISTROS else None
