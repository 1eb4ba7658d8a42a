"""What the Overview shows."""

from dataclasses import dataclass

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding
from layerscope.units import human_bytes, human_share, safe_text


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in a line."""

    finding: Finding
    saves: str
    where: str
    text: str


def finding_rows(analysis: Analysis) -> list[FindingRow]:
    """The findings that save something, the most first."""
    return [
        FindingRow(finding, human_bytes(finding.reclaimable_bytes), where(finding), finding_title(finding))
        for finding in analysis.findings
        if finding.reclaimable_bytes
    ]


def finding_title(finding: Finding) -> str:
    """What a finding is about."""
    return finding.rule.title + (f": {safe_text(finding.subject)}" if finding.subject else "")


def where(finding: Finding) -> str:
    """Which layer to change, or that only another base helps."""
    if finding.who_can_fix == "base":
        return "base"
    if len(finding.layers) > 2:
        return f"{len(finding.layers)} layers"
    return "layer " + ", ".join(map(str, finding.layers)) if finding.layers else ""


def share_of_stored(analysis: Analysis, part_bytes: int) -> str:
    """A share in percent."""
    return human_share(part_bytes, analysis.index.stored_bytes)
