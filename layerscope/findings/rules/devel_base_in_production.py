"""CUDA's development variant under an image for production."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.own_steps import is_base_itself
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.units import human_bytes, safe_text

_DEVEL_ENV = re.compile(r"(NV_CUDA_CUDART_DEV_VERSION|NV_NVML_DEV_VERSION|NV_LIBCUBLAS_DEV_VERSION)=(.{1,40})")
_PACKAGES = tuple(
    f"{manager}:{name}"
    for manager in ("dpkg", "rpm")
    for name in (
        *(
            "cuda-cudart-dev*",
            "cuda-libraries-dev*",
            "cuda-libraries-static*",
            "cuda-nvml-dev*",
            "cuda-nsight-compute*",
        ),
        *("cuda-cudart-devel*", "cuda-nvcc*", "cuda-nvrtc-dev*", "libcublas-dev*", "libcufft-dev*", "libcusparse-dev*"),
        *("libcusolver-dev*", "libcurand-dev*", "libnpp-dev*", "libcudnn*-dev*", "libnccl-dev*"),
    )
)
_LEAST_BYTES = 100_000_000


def _find(case: Case) -> Iterator[Claim]:
    """What another base saves depends on who needs what; nothing is promised here."""
    if is_base_itself(case):
        return
    variables = [match for item in case.image.config.env if (match := _DEVEL_ENV.match(item))]
    rows = case.rows_of_packages(*_PACKAGES)
    size_bytes = int(case.index.sizes[rows].sum())
    if not variables and size_bytes < _LEAST_BYTES:
        return
    evidence = [f"ENV {safe_text(match.group())}" for match in variables]
    if len(rows):
        evidence.append(f"Packages for development: {human_bytes(size_bytes)}")
    base_layers = tuple(range(max(case.base.count, 1))) if case.image.layers else ()
    yield Claim(rows=rows, layers=() if len(rows) else base_layers, evidence=tuple(evidence), is_promised=False)


RULE = Rule(
    id="devel-base-in-production",
    title="CUDA's development variant is under a production image",
    find=_find,
    why="It brings compilers, headers, static libraries and profilers, which running a model seldom needs.",
    fix="Build in the devel image and run on `base` (frameworks bring their libraries) or `runtime`; where kernels are "
    "compiled at run time, add `cuda-minimal-build-X-Y` to `base`.",
    dockerfile=(
        "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build",
        "RUN pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt",
        "FROM nvidia/cuda:12.4.1-base-ubuntu22.04",
        "RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \\",
        "    pip install --no-cache-dir --no-index --find-links=/wheels -r requirements.txt",
        "# only where something compiles while it runs:",
        "RUN apt-get update && apt-get install -y --no-install-recommends cuda-minimal-build-12-4 \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.MEDIUM,
    is_promised=False,
    purposes=(Purpose.PROD,),
    order=31,
)
