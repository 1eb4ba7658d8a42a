"""CUDA's static libraries, which only a linker reads."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import toolkit_users
from layerscope.units import safe_text


def _find(case: Case) -> Iterator[Claim]:
    """What compiles CUDA code at run time links it as well, usually with cudart alone."""
    rows = case.rows_of_categories("cuda-static")
    users = toolkit_users(case) if len(rows) else ()
    yield Claim(
        rows=rows,
        evidence=tuple(f"{safe_text(name)} may link CUDA code while it runs." for name in users),
        confidence=Confidence.LOW if users else None,
    )


RULE = Rule(
    id="cuda-static",
    title="CUDA's static libraries are in the image",
    find=_find,
    why="Static libraries are read while programs are linked; what runs does not need them.",
    fix="Build in a devel stage, and copy what was built into a runtime or base variant.",
    dockerfile=(
        "FROM nvidia/cuda:X.Y.Z-devel-ubuntu22.04 AS builder",
        "RUN make",
        "FROM nvidia/cuda:X.Y.Z-runtime-ubuntu22.04",
        "COPY --from=builder /src/out /app",
    ),
    least_bytes=1_000,
    purposes=(Purpose.PROD,),
    order=30,
)
