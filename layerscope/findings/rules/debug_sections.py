"""What programs and libraries carry for debuggers."""

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


def _find(case: Case) -> Iterator[Claim]:
    separate = set(case.rows_of_categories("debug-symbols-file").tolist())
    parts: dict[int, int] = {}
    for row, elf in case.facts(ELF):
        if case.is_live[row] and row not in separate and (elf.debug_bytes or 0) >= _LEAST_BYTES:
            parts[row] = min(elf.debug_bytes, int(case.index.sizes[row]))
    for rows in by_party(case, np.array(sorted(parts), dtype=np.int64)):
        of_party = {row: parts[row] for row in rows.tolist()}
        yield Claim(parts=of_party, evidence=tuple(_tell(case, of_party)))


def _tell(case: Case, parts: dict[int, int]) -> Iterator[str]:
    for row in sorted(parts, key=lambda row: (-parts[row], row))[:_SHOWN]:
        whole_bytes = int(case.index.sizes[row])
        yield f"{safe_text(case.index.path(row))}: {human_bytes(parts[row])} of {human_bytes(whole_bytes)}"
    if len(parts) > _SHOWN:
        yield f"and {len(parts) - _SHOWN} more"


RULE = Rule(
    id="debug-sections",
    title="programs and libraries carry debug information",
    find=_find,
    why="Debug information inside a program or library serves debuggers only; it is not even loaded when it runs.",
    fix="Strip it in the instruction that installs the files; a later layer would ship them again.",
    dockerfile=(
        "RUN pip install --no-cache-dir -r requirements.txt \\",
        "    && find /usr/local/lib -name '*.so*' -type f -exec strip --strip-debug {} +",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    purposes=(Purpose.PROD, Purpose.CI),
    order=50,
)
