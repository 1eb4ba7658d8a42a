"""Markdown for a job's summary and for a comment on a merge request.

It keeps below the smallest limit of those who take it: 65,536 characters for a comment on GitHub (1 MiB for a summary
there, 1,000,000 characters for a comment on GitLab). Sections that no longer fit are named instead.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from layerscope.analysis import Analysis
from layerscope.checks.check import Status
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.report.finding_text import place_in_image, worst_first
from layerscope.report.markdown_advice import another_base, plan
from layerscope.report.markdown_tables import categories, layers, packages, superseded, warnings
from layerscope.report.markdown_text import bar, block, code, details, others, prose, table
from layerscope.report.texts import cut
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share

MARKER = "<!-- layerscope-report -->"
"""The first line, by which a job finds its own comment to edit it in place; nobody sees it."""
LIMIT_BYTES = 65_000
_ROWS = 20
_FINDINGS = 10
_EVIDENCE = 5


def render_markdown(analysis: Analysis) -> bytes:
    """The report, the most important first; what is long unfolds when clicked."""
    return join_sections([MARKER, *_headline(analysis)], ((title, section(analysis)) for title, section in _SECTIONS))


def join_sections(head: Sequence[str], sections: Iterable[tuple[str, list[str]]]) -> bytes:
    """A page of as many of the sections, given by title, as have room; empty ones are left out."""
    content = "\n".join(head)
    left_out: list[str] = []
    for title, lines in sections:
        text = "\n" + "\n".join(lines)
        if not lines:
            continue
        if len(content.encode()) + len(text.encode()) > LIMIT_BYTES - 500:
            left_out.append(title)
        else:
            content += text
    if left_out:
        content += f"\nLeft out for want of room: {', '.join(left_out)}.\n"
    return (content.rstrip("\n") + "\n").encode("utf-8")


def _headline(analysis: Analysis) -> Iterator[str]:
    image, index = analysis.image, analysis.index
    yield f"## layerscope: {code(image.reference)}"
    yield ""
    if not analysis.is_complete:
        yield "**Incomplete**: the image is damaged; what could be read is counted."
        yield ""
    transfer = analysis.transfer
    about = "" if transfer.measured_bytes is not None else "~"
    pull = ""
    if analysis.transfer_bytes is not None:
        seconds = human_seconds(analysis.gate.pull_seconds(analysis.transfer_bytes))
        bandwidth = human_bandwidth(analysis.gate.bandwidth_bits_per_second)
        pull = f", {about}{human_bytes(analysis.transfer_bytes)} to pull ({seconds} at {bandwidth})"
    yield f"**{human_bytes(index.stored_bytes)}** stored{pull}, {len(image.layers)} layers, {code(str(image.platform))}"
    if base := analysis.detected_base:
        named = f"{base.name}:{base.tag}" if base.tag else " ".join(filter(None, (base.name, base.variant, base.cuda)))
        yield f"on {code(named)}"
    yield ""
    yield from table(
        ("", ">bytes", ">of stored", ""),
        (
            _size("live", index.live_bytes, index.stored_bytes),
            _size("superseded: shipped, never seen", index.superseded_bytes, index.stored_bytes),
            _size("duplicate: there more than once", index.duplicate_bytes, index.stored_bytes),
        ),
    )
    yield ""


def _size(name: str, part: int, whole: int) -> tuple[str, ...]:
    return name, human_bytes(part), human_share(part, whole), bar(part, whole)


def _checks(analysis: Analysis) -> list[str]:
    gate = analysis.gate
    if not gate.checks:
        return []
    counts = ", ".join(f"{gate.count(status)} {status.value}" for status in Status if gate.count(status))
    shown = gate.checks[:_ROWS]
    rows = (
        (
            f"**{check.status.value}**" if check.status is Status.FAILED else check.status.value,
            code(check.id),
            prose(cut(check.actual_text, 100)),
            prose(cut(check.limit_text, 100)),
            "" if check.status is Status.PASSED else prose(cut(" ".join(filter(None, (check.reason, check.fix))), 500)),
        )
        for check in shown
    )
    lines = [f"### Checks: {counts}", "", *table(("", "check", ">actual", ">limit", "why"), rows), ""]
    return lines + others(len(gate.checks) - len(shown), "checks")


def _what_to_do(analysis: Analysis) -> list[str]:
    found = worst_first(analysis)
    if not found:
        return []
    saving, silent = [], set()
    for item in found:
        if item.reclaimable_bytes or analysis.gate.level(item.rule.id) is Level.ERROR:
            saving.append(item)
        else:
            silent.add(item.rule.id)
    total_bytes = sum(item.reclaimable_bytes for item in saving)
    most_bytes = max((item.reclaimable_bytes for item in saving), default=0)
    rows = (
        (
            human_bytes(item.reclaimable_bytes) if item.reclaimable_bytes else "",
            bar(item.reclaimable_bytes, most_bytes),
            f"**error:** {_title(item)}" if analysis.gate.level(item.rule.id) is Level.ERROR else _title(item),
            place_in_image(item).removeprefix("in "),
        )
        for item in saving[:_ROWS]
    )
    share = human_share(total_bytes, analysis.index.stored_bytes)
    amount = f": {human_bytes(total_bytes)} can go, {share} of stored" if total_bytes else ""
    lines = [f"### What to do{amount}", ""]
    lines += [*table((">saves", "", "finding", "where"), rows), ""] if saving else []
    lines += others(len(saving) - _ROWS, "findings that save less")
    for item in saving[:_FINDINGS]:
        lines += details(cut(item.rule.title, 200), _finding(analysis, item))
    names = ", ".join(map(code, sorted(silent)[:_ROWS]))
    return lines + ([f"Without bytes of their own: {names}", ""] if names else [])


def _title(finding: Finding) -> str:
    subject = f": {code(finding.subject)}" if finding.subject else ""
    return f"{prose(finding.rule.title)}{subject} ({code(finding.rule.id)})"


def _finding(analysis: Analysis, finding: Finding) -> list[str]:
    lines = [prose(f"{finding.rule.why} {cut(finding.fix, 1_000)}"), ""]
    lines += [f"- {prose(cut(text, 300))}" for text in finding.evidence[:_EVIDENCE]]
    lines += [f"- {code(b'/' + analysis.index.path(row))}" for row in finding.rows[:_EVIDENCE]]
    lines += others(len(finding.rows) - _EVIDENCE, "files")
    return lines + (["", *block(cut(line, 300) for line in finding.dockerfile[:_ROWS])] if finding.dockerfile else [])


_SECTIONS: tuple[tuple[str, Callable[[Analysis], list[str]]], ...] = (
    ("checks", _checks),
    ("the other bases", another_base),
    ("the plan", plan),
    ("what to do", _what_to_do),
    ("layers", layers),
    ("categories", categories),
    ("packages", packages),
    ("what is invisible", superseded),
    ("warnings", warnings),
)
