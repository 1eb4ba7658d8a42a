"""Applies every rule to an image."""

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from layerscope.findings.case import Case
from layerscope.findings.finding import Finding, WhoCanFix
from layerscope.findings.purpose import Purpose
from layerscope.findings.reclaim import Ledger
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.rules import all_rules
from layerscope.layers.columns import Integers, Mask, are_among, distinct, union

_NO_ROWS: Integers = np.empty(0, dtype=np.int64)


def find_all(case: Case, purpose: Purpose = Purpose.PROD, rules: Iterable[Rule] | None = None) -> tuple[Finding, ...]:
    """Every finding, the most reclaimable bytes first; of two rules the one that comes first has a byte."""
    ledger = Ledger(case.index)
    found: list[Finding] = []
    for rule in all_rules() if rules is None else rules:
        if purpose in rule.purposes:
            for claim in _claims(rule, case):
                found += _findings(rule, claim, case, ledger)
    return tuple(
        sorted(found, key=lambda item: (-item.reclaimable_bytes, -item.claimed_bytes, item.rule.id, item.subject or ""))
    )


def _claims(rule: Rule, case: Case) -> Iterator[Claim]:
    rows = union(
        case.rows_of_categories(*rule.categories) if rule.categories else np.empty(0, np.int64),
        case.rows_of_packages(*rule.packages) if rule.packages else np.empty(0, np.int64),
    )
    if len(rows):
        yield Claim(rows=rows, is_promised=rule.is_promised)
    if rule.find is not None:
        yield from rule.find(case)


def _findings(rule: Rule, claim: Claim, case: Case, ledger: Ledger) -> Iterator[Finding]:
    """One finding for what the image's own instructions brought, and one for what only another base spares."""
    if not len(claim.rows) and not claim.parts:
        if claim.layers or claim.evidence:
            yield _finding(rule, claim, _who_can_fix(claim.layers, case), _Share(_NO_ROWS, _NO_ROWS, claim.layers))
        return
    claim = replace(claim, parts=_parts_of_contents(claim, case))
    rows, fixed_in = _distinct(claim, case)
    for who, part in (("image", fixed_in >= case.base.count), ("base", fixed_in < case.base.count)):
        if part.any():
            layers = tuple(distinct(fixed_in[part]).tolist())
            share = _Share(rows[part], _claimed(claim, case, rows[part]), layers)
            if int(share.claimed.sum()) >= max(rule.least_bytes, 1):
                saved_bytes = _take(claim, rows[part], ledger) if claim.is_promised and rule.is_promised else 0
                yield _finding(rule, claim, cast(WhoCanFix, who), share, saved_bytes)


class _Share(Struct, frozen=True, eq=False):
    """What of a claim one party can mend: rows, the bytes claimed of each, and the layers to mend."""

    rows: Integers
    claimed: Integers
    layers: tuple[int, ...]


def _parts_of_contents(claim: Claim, case: Case) -> dict[int, int]:
    """The parts by the rows that hold the contents, so that two names of one do not count twice.

    What goes as a whole has no parts, and no part is larger than its content.
    """
    whole = set(claim.rows.tolist())
    parts: dict[int, int] = {}
    for row, wanted_bytes in claim.parts.items():
        content = int(case.index.data_rows[row])
        if content >= 0 and content not in whole:
            size_bytes = int(case.index.sizes[content])
            parts[content] = max(parts.get(content, 0), min(wanted_bytes, size_bytes))
    return parts


def _distinct(claim: Claim, case: Case) -> tuple[Integers, Integers]:
    """Each row once, those of parts behind the others, and the layer in which each is to be mended."""
    fixed_in = case.index.layers[claim.rows] if claim.fixed_in is None else claim.fixed_in
    rows, firsts = np.unique(claim.rows, return_index=True)
    of_parts = np.array(sorted(claim.parts), dtype=np.int64)
    return np.concatenate([rows, of_parts]), np.concatenate([fixed_in[firsts], case.index.layers[of_parts]])


def _claimed(claim: Claim, case: Case, rows: Integers) -> Integers:
    claimed = case.index.sizes[rows].copy()
    for position in np.flatnonzero(_are_parts(claim, rows)).tolist():
        claimed[position] = claim.parts[int(rows[position])]
    return claimed


def _take(claim: Claim, rows: Integers, ledger: Ledger) -> int:
    are_parts = _are_parts(claim, rows)
    whole_bytes = int(ledger.take(rows[~are_parts]).sum())
    return whole_bytes + sum(ledger.take_part(row, claim.parts[row]) for row in rows[are_parts].tolist())


def _are_parts(claim: Claim, rows: Integers) -> Mask:
    return are_among(rows, np.array(list(claim.parts), dtype=np.int64))


def _finding(rule: Rule, claim: Claim, who: WhoCanFix, share: _Share, saved_bytes: int = 0) -> Finding:
    order = np.lexsort((share.rows, -share.claimed))
    return Finding(
        rule,
        claim.subject,
        tuple(share.rows[order].tolist()),
        tuple(share.claimed[order].tolist()),
        share.layers,
        int(share.claimed.sum()),
        claim.is_promised and rule.is_promised,
        saved_bytes,
        who,
        claim.evidence,
        claim.fix or rule.fix,
        rule.dockerfile if claim.dockerfile is None else claim.dockerfile,
        claim.confidence or rule.confidence,
        claim.other_layers,
    )


def _who_can_fix(layers: tuple[int, ...], case: Case) -> WhoCanFix:
    return "base" if layers and all(layer < case.base.count for layer in layers) else "image"
