"""A finding: a rule that applies to an image, with what it points at and what its fix saves."""

from typing import Literal

from msgspec import Struct

from layerscope.findings.rule import Confidence, Rule

WhoCanFix = Literal["image", "base"]


class Finding(Struct, frozen=True):
    """What is wrong, why, and what to do about it.

    `rows` are the entries that it points at, the largest first, with `claimed_bytes` of content, `claimed_of_rows` of
    each; `reclaimable_bytes` of them disappear if the fix is made in `layers`, none where nothing `is_promised`.
    Reclaimable bytes of several findings never overlap. `other_layers` are those of which a fix has to know: the one
    that deletes the entries, or those that wrote them first.
    """

    rule: Rule
    subject: str | None
    rows: tuple[int, ...]
    claimed_of_rows: tuple[int, ...]
    layers: tuple[int, ...]
    claimed_bytes: int
    is_promised: bool
    reclaimable_bytes: int
    who_can_fix: WhoCanFix
    evidence: tuple[str, ...]
    fix: str
    dockerfile: tuple[str, ...]
    confidence: Confidence
    other_layers: tuple[int, ...] = ()
