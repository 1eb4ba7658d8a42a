"""The rules of `.dive-ci`, with the wasted bytes counted right.

dive counts every copy of a path that occurs in two layers as wasted, the one that stays visible too, and nothing for a
folder that is deleted (`dive/filetree/efficiency.go`, and measured with 0.13.1). Here wasted bytes are those that are
shipped and invisible. User bytes are, as there, those of all layers but the lowest.
"""

from collections.abc import Iterator
from functools import partial

from layerscope.budget.limit import UNREAD
from layerscope.checks.check import Check, Status, Unit
from layerscope.index.file_index import FileIndex
from layerscope.settings.budget import DiveRules
from layerscope.units import human_bytes

_FIX = "The report lists under `Shipped but invisible` what is wasted, and which layer hides it."
_DIFFERENCE = "dive also counts copies that stay visible, and no deleted folders."


def check_dive_rules(index: FileIndex, rules: DiveRules, *, is_complete: bool) -> Iterator[Check]:
    """One check for each rule that is on; shares are compared as dive does, and told in percent."""
    wasted_bytes = index.superseded_bytes
    check = partial(_check, index, is_complete=is_complete)
    if (least := rules.lowest_efficiency) is not None:
        share = index.live_bytes / index.stored_bytes if index.stored_bytes else 1.0
        yield check("lowestEfficiency", Unit.PERCENT, (100 * least, 100 * share), is_kept=share >= least)
    if (most_bytes := rules.highest_wasted_bytes) is not None:
        is_kept = wasted_bytes <= most_bytes
        yield check("highestWastedBytes", Unit.BYTES, (most_bytes, wasted_bytes), is_kept=is_kept)
    if (most := rules.highest_user_wasted_share) is not None:
        user_bytes = int(index.sizes[index.layers > 0].sum())
        if wasted_bytes and not user_bytes:
            reason = "No layer but the lowest holds anything."
            yield Check(_id("highestUserWastedPercent"), Unit.PERCENT, 100 * most, None, Status.SKIPPED, reason)
        else:
            share = wasted_bytes / user_bytes if user_bytes else 0.0
            amounts = 100 * most, 100 * share
            yield check("highestUserWastedPercent", Unit.PERCENT, amounts, is_kept=share <= most)


def skip_dive_rules(rules: DiveRules, reason: str) -> Iterator[Check]:
    """A skipped check for each rule that is on, where nothing is known that would decide it."""
    for rule, unit, limit in (
        ("lowestEfficiency", Unit.PERCENT, _percent(rules.lowest_efficiency)),
        ("highestWastedBytes", Unit.BYTES, rules.highest_wasted_bytes),
        ("highestUserWastedPercent", Unit.PERCENT, _percent(rules.highest_user_wasted_share)),
    ):
        if limit is not None:
            yield Check(_id(rule), unit, limit, None, Status.SKIPPED, reason)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _check(
    index: FileIndex, rule: str, unit: Unit, amounts: tuple[float, float], *, is_kept: bool, is_complete: bool
) -> Check:
    limit, actual = amounts
    wasted = f"{human_bytes(index.superseded_bytes)} are shipped but invisible. {_DIFFERENCE}"
    if not is_kept:
        return Check(_id(rule), unit, limit, actual, Status.FAILED, wasted, _FIX)
    if not is_complete:
        return Check(_id(rule), unit, limit, actual, Status.SKIPPED, UNREAD)
    return Check(_id(rule), unit, limit, actual, Status.PASSED, wasted)


def _id(rule: str) -> str:
    return f"dive:{rule}"
