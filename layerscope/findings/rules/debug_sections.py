"""What programs and libraries carry for debuggers."""

import shlex
from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party
from layerscope.probes.elf import ELF
from layerscope.units import human_bytes, safe_text

_LEAST_BYTES = 10_000
_SHOWN = 8
_NAMED = 5


def _find(case: Case) -> Iterator[Claim]:
    separate = set(case.rows_of_categories("debug-symbols-file").tolist())
    is_live = case.is_live
    parts: dict[int, int] = {}
    for row, elf in case.facts(ELF):
        if is_live[row] and row not in separate and (elf.debug_bytes or 0) >= _LEAST_BYTES:
            parts[row] = min(elf.debug_bytes, int(case.index.sizes[row]))
    for rows in by_party(case, np.array(sorted(parts), dtype=np.int64)):
        of_party = {row: parts[row] for row in rows.tolist()}
        yield Claim(parts=of_party, evidence=tuple(_tell(case, of_party)), dockerfile=_lines(case, of_party))


def _tell(case: Case, parts: dict[int, int]) -> Iterator[str]:
    for row in sorted(parts, key=lambda row: (-parts[row], row))[:_SHOWN]:
        whole_bytes = int(case.index.sizes[row])
        yield f"{safe_text(case.index.path(row))}: {human_bytes(parts[row])} of {human_bytes(whole_bytes)}"
    if len(parts) > _SHOWN:
        yield f"and {len(parts) - _SHOWN} more"


def _lines(case: Case, parts: dict[int, int]) -> tuple[str, ...]:
    """An instruction that names the files: strip breaks libraries that were patched, as OpenBLAS in NumPy's wheels."""
    largest = sorted(parts, key=lambda row: (-parts[row], row))
    # A distribution strips its own; what is left there serves a tool's messages.
    named = [row for row in largest if not (case.package_of(row) or "").startswith(("dpkg:", "rpm:", "apk:"))]
    if not named:
        return ()
    paths = [shlex.quote("/" + safe_text(case.index.path(row))) for row in named[:_NAMED]]
    return (*_INSTALL, *(f"        {path} \\" for path in paths[:-1]), f"        {paths[-1]}")


_INSTALL = (
    "# in a build stage with the package binutils, from which the result is copied:",
    "RUN pip install --no-cache-dir -r requirements.txt \\",
    "    && strip --strip-debug \\",
)
RULE = Rule(
    id="debug-sections",
    title="programs and libraries carry debug information",
    find=_find,
    why="Debug information inside a program or library serves debuggers only; it is not even loaded when it runs.",
    fix="Strip these files in the instruction that installs them, since a later layer would ship them again; and no "
    "others, since strip breaks libraries that were patched for a wheel.",
    dockerfile=(*_INSTALL, "        /usr/local/lib/python3.12/site-packages/triton/_C/libtriton.so"),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    purposes=(Purpose.PROD, Purpose.CI),
    order=50,
)
