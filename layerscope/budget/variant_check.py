"""The check of the base image's variant."""

from collections.abc import Iterator

from layerscope.analysis import Analysis
from layerscope.checks.check import Check, Status, Unit
from layerscope.settings.budget import Budget


def check_variant(analysis: Analysis, budget: Budget) -> Iterator[Check]:
    """Whether the base image is of a variant that it may be."""
    if not budget.variants:
        return
    base, allowed = analysis.detected_base, " or ".join(budget.variants)
    if base is None or base.variant is None:
        what = "which base image this is" if base is None else f"which variant {base.name} is"
        yield Check("variant", Unit.NAME, allowed, None, Status.SKIPPED, f"It is not known {what}.")
    elif base.variant in budget.variants:
        yield Check("variant", Unit.NAME, allowed, base.variant, Status.PASSED, f"The base is {base.variant}.")
    else:
        yield Check(
            "variant",
            Unit.NAME,
            allowed,
            base.variant,
            Status.FAILED,
            f"The base is {base.variant}, and should be {allowed}.",
            f"Build in a stage from {base.variant}, and copy into one from {budget.variants[0]}.",
        )
