"""CUDA's compiler, headers, debuggers and manuals in an image for production."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import toolkit_users
from layerscope.units import safe_text

_MINIMAL = (
    "FROM nvidia/cuda:X.Y.Z-base-ubuntu22.04",
    "# the compiler without libraries, debuggers and profilers:",
    "RUN apt-get update \\",
    "    && apt-get install -y --no-install-recommends cuda-minimal-build-X-Y g++ \\",
    "    && rm -rf /var/lib/apt/lists/*",
)


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("cuda-compiler", "cuda-headers", "cuda-debug", "cuda-docs")
    users = toolkit_users(case) if len(rows) else ()
    if not users:
        yield Claim(rows=rows)
        return
    yield Claim(
        rows=rows,
        evidence=tuple(
            f"{safe_text(name)} may compile CUDA code or read CUDA's headers while it runs." for name in users
        ),
        fix="Something here may need the compiler or headers at run time: try `cuda-minimal-build` on a base variant.",
        dockerfile=_MINIMAL,
        confidence=Confidence.LOW,
    )


RULE = Rule(
    id="devel-tools",
    title="CUDA's compiler and headers are in the image",
    find=_find,
    why="They turn source code into programs; an image that runs programs needs them only if it compiles at run time.",
    fix="Build in a devel stage; where kernels are compiled at run time, `cuda-minimal-build` is a fraction of devel.",
    dockerfile=(
        "FROM nvidia/cuda:X.Y.Z-devel-ubuntu22.04 AS builder",
        "RUN pip wheel --no-cache-dir --wheel-dir /wheels .",
        *_MINIMAL,
        "RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*.whl",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000,
    purposes=(Purpose.PROD,),
    order=31,
)
