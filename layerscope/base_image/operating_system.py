"""Which operating system is in an image, spelled as tags of nvidia/cuda spell it."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from layerscope.base_image.detected import Witness
from layerscope.index.layer_stack import LayerStack
from layerscope.oci.build_step import BuildStep
from layerscope.packages.facts import visible_facts
from layerscope.probes.os_release import OS_RELEASE, OsRelease
from layerscope.units import safe_text

# Name in tags, and how many numbers of the version are in it.
_SPELLING = {
    "ubuntu": ("ubuntu", 2),
    "alpine": ("alpine", 2),
    "rhel": ("ubi", 1),
    "rocky": ("rockylinux", 1),
    "ol": ("oraclelinux", 1),
    "azurelinux": ("azl", 1),
    "mariner": ("cm", 1),
    "opensuse-leap": ("opensuse", 1),
    "wolfi": ("wolfi", 0),
    "chainguard": ("wolfi", 0),
}
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,40}", re.ASCII)
_VERSION = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,8}){0,3}", re.ASCII)
_REPOSITORY = re.compile(r"/compute/cuda/repos/ubuntu(\d\d)(\d\d)/", re.ASCII)
_REF_NAME, _REF_VERSION = "org.opencontainers.image.ref.name", "org.opencontainers.image.version"


class OperatingSystem(Struct, frozen=True):
    """Its name as in tags, whether it is a distroless image's, and who says so."""

    name: str
    is_distroless: bool
    witness: Witness


def find_os(stack: LayerStack, labels: Mapping[str, str], steps: Sequence[BuildStep]) -> OperatingSystem | None:
    """The operating system by os-release, else by Ubuntu's labels or NVIDIA's package repository in the history."""
    facts = {path: value for _, path, value in visible_facts(stack, OS_RELEASE)}
    if facts:
        return _from_release(facts[min(facts)])
    if labels.get(_REF_NAME) == "ubuntu" and (name := spell("ubuntu", labels.get(_REF_VERSION, ""))):
        return OperatingSystem(name, False, Witness("labels", f"Label {_REF_VERSION} is that of {name}"))
    for step in steps:
        if match := _REPOSITORY.search(step.rest):
            name = f"ubuntu{match[1]}.{match[2]}"
            return OperatingSystem(name, False, Witness("history", f"Packages come from a repository for {name}"))
    return None


def spell(identifier: str, version: str) -> str | None:
    """An operating system as in tags, such as ubuntu22.04 or ubi9; None for what cannot be in one."""
    name, numbers = _SPELLING.get(identifier, (identifier, 1))
    if not _NAME.fullmatch(name):
        return None
    return name + ".".join(version.split(".")[:numbers]) if _VERSION.fullmatch(version) else name


def _from_release(release: OsRelease) -> OperatingSystem | None:
    name = spell(release.id, release.version_id)
    if name is None:
        return None
    shown = safe_text(release.pretty_name or f"{release.id} {release.version_id}")
    return OperatingSystem(
        name, release.pretty_name.startswith("Distroless"), Witness("os-release", f"The system calls itself {shown}")
    )
