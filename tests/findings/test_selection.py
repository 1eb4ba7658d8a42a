"""What rules choose in the same way: a bound on how many groups of superseded bytes they look at."""

from types import SimpleNamespace
from typing import Any, cast

from layerscope.findings.selection import superseded_groups
from layerscope.index.cause import Cause
from layerscope.index.superseded import SupersededGroup


def test_the_largest_groups_of_the_causes() -> None:
    groups = [SupersededGroup(Cause(number % 2), number, number + 1, 9_000 - number, ()) for number in range(4_000)]
    case = cast(Any, SimpleNamespace(index=SimpleNamespace(superseded=tuple(groups))))
    chosen = list(superseded_groups(case, Cause(1)))
    assert chosen == groups[1:2_000:2]
