"""What is found out about the base under an image, and what speaks for it."""

from enum import Enum

from msgspec import Struct


class Family(Enum):
    """Whose image a base is."""

    NVIDIA_CUDA = "nvidia-cuda"
    PYTORCH = "pytorch"
    NGC = "ngc"
    DISTRO = "distro"
    PYTHON = "python"
    DISTROLESS = "distroless"
    OWN = "own"


class Confidence(Enum):
    """How sure a detection is: witnesses agree, one is missing or speaks against it, one alone speaks for it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def lowered(self) -> "Confidence":
        """The next lower one."""
        return Confidence.MEDIUM if self is Confidence.HIGH else Confidence.LOW


class Witness(Struct, frozen=True):
    """What one source says: own-bases, labels, history, environment, packages, files, os-release or tags.

    `agrees` is unset where it speaks against what was found.
    """

    source: str
    text: str
    agrees: bool = True


class Stage(Struct, frozen=True):
    """One link in the chain of images that a base is made of: the lowest `layers` layers are what it has."""

    variant: str
    layers: int


class DetectedBase(Struct, frozen=True):
    """The base under an image.

    `variant` and `cuda` are those of the CUDA that the base itself has in the system, None where it has none or where
    witnesses do not settle it; `cuda` may lack the patch number. `os` is spelled as in tags of nvidia/cuda. `layers`
    are the base's own, the lowest first, none where its layers cannot be told from those above. `stages` are the links
    of NVIDIA's chain in these layers, the operating system's (`os`) first. `parent` is what the base in turn was built
    on, where that is known too.
    """

    family: Family
    name: str
    variant: str | None
    cuda: str | None
    os: str | None
    architecture: str
    tag: str | None
    layers: tuple[int, ...]
    confidence: Confidence
    evidence: tuple[Witness, ...]
    parent: "DetectedBase | None" = None
    stages: tuple[Stage, ...] = ()

    @property
    def title(self) -> str:
        """Its name with its tag, else all that is known of it; text out of an image."""
        parts = (self.name, self.variant, self.cuda, self.os)
        return f"{self.name}:{self.tag}" if self.tag else " ".join(part for part in parts if part)


class OwnBase(Struct, frozen=True):
    """A base image that somebody declares as their own.

    `parent` is the name of another one, or a reference as `nvidia/cuda:12.4.1-base-ubuntu22.04`. `layers` are diff IDs,
    the lowest first; `packages` are names of system packages, with or without `=version`, that only it has together.
    """

    name: str
    variant: str | None = None
    parent: str | None = None
    packages: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
