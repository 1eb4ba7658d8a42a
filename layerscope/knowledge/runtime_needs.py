"""What packages want of the system's CUDA while they run, beyond what their libraries' NEEDED shows.

The data and their sources are in `runtime_needs.json`.
"""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from layerscope.knowledge.load import load


class RuntimeNeed(Struct, frozen=True):
    """One need of one or more Python distributions, which may hold only `when` something is so.

    `system_cuda`, `cudnn` and `host_compiler` are no, conditional or yes; `compiler` may also name the part of CUDA's
    compiler that is enough: headers, nvvm or ptxas. `least_variant` with the packages of `add` is enough;
    distributions of `met_by` bring the same.
    """

    id: str
    distributions: tuple[str, ...]
    when: str
    system_cuda: str
    cudnn: str
    compiler: str
    host_compiler: str
    least_variant: str
    add: tuple[str, ...]
    met_by: tuple[str, ...]
    why: str
    caveat: str
    sources: tuple[str, ...]


@cache
def runtime_needs() -> tuple[RuntimeNeed, ...]:
    """Every need that is known."""
    lists = ("distributions", "add", "met_by", "sources")
    rows = load("runtime_needs.json")["rows"]
    return tuple(RuntimeNeed(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows)


@cache
def traps() -> tuple[str, ...]:
    """What misleads whoever looks at libraries alone."""
    return tuple(load("runtime_needs.json")["traps"])


def variant_contents() -> Mapping[str, str]:
    """What each variant of NVIDIA's images holds, in words."""
    contents: Mapping[str, str] = load("runtime_needs.json")["contents"]
    return contents
