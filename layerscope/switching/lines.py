"""The lines of a Dockerfile that a switch comes down to."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from layerscope.base_image.detected import DetectedBase
from layerscope.findings.case import Case
from layerscope.index.apply import LIVE
from layerscope.switching.candidate import Candidate
from layerscope.units import safe_text

_PACKAGES = ("site-packages", "dist-packages")
# Folders of the system that a base brings itself, and what need not be copied.
_SYSTEM = frozenset(
    {"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "tmp", "usr", "var"}
)
_CACHES = ("root/.cache/", "root/.npm/", "var/")
_COPIED_LIMIT = 6


def base_lines(candidate: Candidate) -> tuple[str, ...]:
    """FROM, and what the new base lacks."""
    return (f"FROM {_reference(candidate)}", *_behind_from(candidate))


def two_stage_lines(candidate: Candidate, base: DetectedBase) -> tuple[str, ...]:
    """Today's base with all that compiles, and the new one that gets the result."""
    today = f"{base.name}:{base.tag}" if base.tag else "<the base of today>"
    copies = (f"COPY --from=build {folder} {folder}" for folder in candidate.copied_folders)
    lines = ("# the steps of today, unchanged, up to where the application is whole", "")
    return (f"FROM {today} AS build", *lines, f"FROM {_reference(candidate)}", *_behind_from(candidate), *copies)


def _reference(candidate: Candidate) -> str:
    return candidate.reference or f"<your base, its variant `{candidate.variant}`>"


def _behind_from(candidate: Candidate) -> Iterator[str]:
    if names := candidate.certain_additions:
        yield "RUN apt-get update \\"
        yield f"    && apt-get install -y --no-install-recommends {' '.join(names)} \\"
        yield "    && rm -rf /var/lib/apt/lists/*"
    for item in candidate.environment:
        yield f"ENV {item}"


def own_folders(case: Case) -> Iterator[str]:
    """The folders in which the image's own layers put most, those of Python's packages first and as a whole."""
    rows = np.flatnonzero((case.index.layers >= case.base.count) & (case.index.hidden_by == LIVE) & case.is_file)
    weights: Counter[bytes] = Counter()
    for path, size_bytes in zip(case.paths(rows), case.index.sizes[rows].tolist(), strict=True):
        if folder := _folder(path):
            weights[folder] += size_bytes
    for folder, _ in weights.most_common(_COPIED_LIMIT):
        yield f"/{safe_text(folder)}"


def _folder(path: bytes) -> bytes | None:
    """What to copy for the sake of a file; None where it is the system's or a cache's."""
    parts = path.split(b"/")
    for number, part in enumerate(parts[:-1]):
        if part.decode("ascii", "replace") in _PACKAGES:
            return b"/".join(parts[: number + 1])
    if path.startswith(tuple(text.encode() for text in _CACHES)) or len(parts) < 2:
        return None
    if parts[0].decode("ascii", "replace") in _SYSTEM:
        return b"/".join(parts[:3]) if parts[:2] == [b"usr", b"local"] and len(parts) > 3 else None
    return b"/".join(parts[: 2 if parts[0] in (b"opt", b"srv", b"home") and len(parts) > 2 else 1])
