"""What a rule is: one kind of waste or mistake, how to recognise it, and how to mend it."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum

import numpy as np
from msgspec import Struct, field

from layerscope.findings.case import Case
from layerscope.findings.purpose import Purpose
from layerscope.layers.columns import Integers


class Confidence(Enum):
    """How sure a finding is: what a rebuild would show, what the image suggests, what only its owner can know."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_NO_ROWS: Integers = np.empty(0, dtype=np.int64)


class Claim(Struct, frozen=True, kw_only=True, eq=False):
    """What one application of a rule points at.

    `rows` are entries that go away as a whole, `parts` bytes within entries that stay (row to bytes). `fixed_in` gives,
    for each of `rows`, the layer whose instruction has to change, its own where it is None. With `is_promised` off,
    the rows are shown and nothing is promised. `layers` are for claims about instructions rather than entries;
    `other_layers` are those whose instructions have to do with it: what deletes the rows, or what wrote them first.
    `fix` and `dockerfile` replace the rule's where they are given, and so does `confidence`.
    """

    subject: str | None = None
    rows: Integers = field(default_factory=lambda: _NO_ROWS)
    parts: Mapping[int, int] = field(default_factory=dict)
    fixed_in: Integers | None = None
    layers: tuple[int, ...] = ()
    other_layers: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()
    is_promised: bool = True
    fix: str | None = None
    dockerfile: tuple[str, ...] | None = None
    confidence: Confidence | None = None


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of waste or mistake.

    It claims every entry of its `categories` and every file of its `packages` (patterns as `python:pytest*`), and
    whatever `find` finds. Of two rules that claim one byte the one with the lower `order` has it, then the first by id.
    Findings that point at fewer than `least_bytes` are not made; 0 is for rules about instructions.
    `purposes` are the kinds of images for which it matters. `why`, `fix` and `dockerfile` are for people; no line of
    `dockerfile` may need more than a current Dockerfile knows.
    """

    id: str
    title: str
    why: str
    fix: str
    dockerfile: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    categories: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    find: Callable[[Case], Iterable[Claim]] | None = None
    is_promised: bool = True
    least_bytes: int = 0
    purposes: tuple[Purpose, ...] = tuple(Purpose)
    order: int = 50
