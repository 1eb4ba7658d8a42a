"""The plan as a patch of the image's Dockerfile: a unified diff, below lines that say what is not in it and why."""

from layerscope.analysis import Analysis
from layerscope.patched import applied_plan, patch_plan
from layerscope.units import human_bytes, safe_text

_NONE = "# There is no Dockerfile to patch: analyze the image with --dockerfile PATH, the one that it was built of.\n"


def render_patch(analysis: Analysis) -> bytes:
    """A diff that `patch` and `git apply` take; without a Dockerfile, as of a saved analysis, only that."""
    if analysis.dockerfile is None or not analysis.dockerfile.dockerfile.text:
        return _NONE.encode()
    made = patch_plan(analysis.dockerfile, analysis.plan, analysis.detected_base)
    after = applied_plan(made, analysis.index, analysis.transfer)
    lines = [f"# made: {safe_text(step.title)}\n" for step in made.applied]
    lines += [f"# not made: {safe_text(item.step.title)}: {safe_text(item.reason)}\n" for item in made.left_out]
    lines.append(
        f"# stored then: {human_bytes(after.predicted_stored_bytes)} ({after.predicted_stored_bytes} bytes), "
        f"{human_bytes(after.saves_bytes)} less\n"
    )
    # What a builder attested is a stranger's text; a file that somebody gave has to stay as it is for the patch to fit.
    diff = _safe(made.diff) if analysis.dockerfile.is_attested else made.diff
    return ("".join(lines) + diff).encode("utf-8", "surrogateescape")


def _safe(text: str) -> str:
    return "".join(f"{safe_text(line)}\n" for line in text.splitlines())
