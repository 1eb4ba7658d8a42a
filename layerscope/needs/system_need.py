"""What a workload needs of the CUDA that lies in its system."""

from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """How a need was seen: a library's NEEDED, a name that is opened, a package, source code, the configuration."""

    LINKED = "linked"
    DLOPEN = "dlopen"
    PACKAGE = "package"
    SOURCE = "source"
    ENVIRONMENT = "environment"


class Certainty(Enum):
    """Certain: something breaks without it. Possible: only if a feature is used, or only the owner can rule it out."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


class SystemNeed(Struct, frozen=True):
    """One thing that is needed, by whom, and which rows have it today.

    `what` is a library's SONAME, or a part as `nvcc` or `host-compiler` (see `system_parts`). `wanted_by` are rows;
    none where the configuration wants it. `met_by` are live rows of the system; none where the image lacks it today.
    """

    what: str
    kind: Kind
    certainty: Certainty
    why: str
    wanted_by: tuple[int, ...]
    evidence: tuple[str, ...]
    met_by: tuple[int, ...]
