"""Where the bytes are, in Markdown: tables that unfold when they are clicked."""

from layerscope.analysis import Analysis
from layerscope.oci.instruction import clean_instruction
from layerscope.report.markdown_text import bar, code, details, others, prose, table
from layerscope.report.texts import cut
from layerscope.units import human_bytes, human_share

_ROWS = 20


def layers(analysis: Analysis) -> list[str]:
    """The layers that hold the most, with their instructions."""
    totals = analysis.layer_totals
    most_bytes = max((total.content_bytes for total in totals), default=0)
    shown = sorted(totals, key=lambda total: (-total.content_bytes, total.layer.position))[:_ROWS]
    rows = (
        (
            str(total.layer.position),
            human_bytes(total.content_bytes),
            human_bytes(total.superseded_bytes) if total.superseded_bytes else "",
            bar(total.content_bytes, most_bytes, shaded=total.superseded_bytes),
            code(clean_instruction(total.layer.history.created_by), limit=120) if total.layer.history else "(unknown)",
        )
        for total in shown
    )
    lines = table((">layer", ">stored", ">superseded", "", "instruction"), rows)
    return details("Layers, the largest first", [*lines, "", *others(len(totals) - len(shown), "layers")])


def categories(analysis: Analysis) -> list[str]:
    """What the bytes are."""
    totals = analysis.category_totals
    most_bytes = max((total.stored_bytes for total in totals), default=0)
    rows = (
        (
            human_bytes(total.stored_bytes),
            human_share(total.stored_bytes, analysis.index.stored_bytes),
            human_bytes(total.transfer_estimate_bytes),
            bar(total.stored_bytes, most_bytes, shaded=total.stored_bytes - total.live_bytes),
            f"{prose(total.detector.title)} ({code(total.detector.id)})",
        )
        for total in totals[:_ROWS]
    )
    lines = table((">stored", ">share", ">to pull", "", "category"), rows)
    return details("What it is", [*lines, "", *others(len(totals) - _ROWS, "categories")]) if totals else []


def packages(analysis: Analysis) -> list[str]:
    """Who brought them."""
    totals = analysis.package_totals
    most_bytes = max((total.stored_bytes for total in totals), default=0)
    rows = (
        (
            human_bytes(total.stored_bytes),
            bar(total.stored_bytes, most_bytes, shaded=total.stored_bytes - total.live_bytes),
            code(total.package.name, limit=100),
            code(total.package.version, limit=60),
            total.package.manager,
            ", ".join(map(str, total.layers[:6])) + (", …" if len(total.layers) > 6 else ""),
        )
        for total in totals[:_ROWS]
    )
    lines = table((">stored", "", "package", "version", "manager", "layers"), rows)
    return details("Who brought it", [*lines, "", *others(len(totals) - _ROWS, "packages")]) if totals else []


def superseded(analysis: Analysis) -> list[str]:
    """What one layer ships and another hides."""
    groups = analysis.index.superseded
    rows = (
        (
            human_bytes(group.superseded_bytes),
            f"{group.layer}, hidden by {group.hidden_by}",
            group.cause.id,
            code(b"/" + analysis.index.path(group.rows[0])),
        )
        for group in groups[:_ROWS]
    )
    lines = table((">bytes", "layer", "why", "the largest file"), rows)
    return details("Shipped but invisible", [*lines, "", *others(len(groups) - _ROWS, "groups")]) if groups else []


def warnings(analysis: Analysis) -> list[str]:
    """What could not be read, or is odd."""
    lines = [f"- {prose(cut(text, 300))}" for text in analysis.warnings[:_ROWS]]
    return [*details("Warnings", [*lines, "", *others(len(analysis.warnings) - _ROWS, "warnings")])] if lines else []
