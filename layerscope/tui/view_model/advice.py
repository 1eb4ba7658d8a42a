"""What the findings advise about some rows of the index."""

from collections.abc import Iterator, Sequence

from layerscope.analysis import Analysis
from layerscope.units import safe_text


def advice_about(analysis: Analysis, rows: Sequence[int]) -> Iterator[str]:
    """A line for each finding that points at any of the rows, the one that saves the most first."""
    wanted = frozenset(rows)
    for finding in analysis.findings:
        if not wanted.isdisjoint(finding.rows):
            yield f"{finding.rule.title}: {safe_text(finding.fix)}"
