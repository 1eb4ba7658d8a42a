"""Limits written into a file: what stays, what changes, and that a second time changes nothing."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.settings.amounts import parse_size
from layerscope.settings.limits_edit import LimitChange, edit_limits

BUDGET = ("budget",)
FILE = """# ours
bandwidth = "1 Gbit/s"  # the site's

[budget]  # agreed upon
stored = "5 GB" # keep
variant = "runtime"

[findings]
pip-cache = "error"
"""


def test_comments_order_and_other_keys_stay() -> None:
    text, changes = edit_limits(FILE, BUDGET, {"stored": 4_000_000_000, "duplicate": 10}, only_lower=False)
    assert text == FILE.replace('"5 GB"', '"4.00 GB"').replace(
        'variant = "runtime"\n', 'variant = "runtime"\nduplicate = "10 B"\n'
    )
    assert changes == [LimitChange("stored", "5 GB", "4.00 GB"), LimitChange("duplicate", None, "10 B")]


@pytest.mark.parametrize(
    "text",
    ["", "strict = true\n", "[findings]\npip-cache = 'error'\n", "[budget.growth]\nstored = '5 %'\n", "budget = {}\n"],
)
def test_a_table_that_is_not_there_yet_is_made(text: str) -> None:
    before = tomllib.loads(text)
    after = tomllib.loads(edit_limits(text, BUDGET, {"stored": 1_000}, only_lower=False)[0])
    assert after == {**before, "budget": {**before.get("budget", {}), "stored": "1.00 kB"}}


def test_a_project_file() -> None:
    text = "[project]\nname = 'x'\n\n[tool.other]\na = 1\n"
    after = edit_limits(text, ("tool", "layerscope", "budget"), {"stored": 1_000}, only_lower=False)[0]
    assert after.startswith(text)
    assert tomllib.loads(after)["tool"] == {"other": {"a": 1}, "layerscope": {"budget": {"stored": "1.00 kB"}}}


SIZES = st.integers(0, 10**13)
LIMITS = st.fixed_dictionaries({}, optional=dict.fromkeys(("stored", "transfer", "superseded", "duplicate"), SIZES))


def written(limits: dict[str, int]) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in limits.items())
    return f"[budget]\n{lines}"


def limits_of(text: str) -> dict[str, Any]:
    return {key: parse_size(value) for key, value in tomllib.loads(text)["budget"].items()}


@given(LIMITS, LIMITS)
def test_a_ratchet_only_lowers_and_settles_at_once(before: dict[str, int], wanted: dict[str, int]) -> None:
    once, _ = edit_limits(written(before), BUDGET, wanted, only_lower=True)
    twice, changes = edit_limits(once, BUDGET, wanted, only_lower=True)
    assert (twice, changes) == (once, [])
    after = limits_of(once)
    assert set(after) == {*before, *wanted}
    for key, limit in after.items():
        assert limit <= before.get(key, limit)
        # What was wanted is allowed, unless less was allowed before.
        assert limit >= min(wanted.get(key, limit), before.get(key, limit))


@given(LIMITS, LIMITS)
def test_without_a_ratchet_limits_are_those_wanted(before: dict[str, int], wanted: dict[str, int]) -> None:
    once, _ = edit_limits(written(before), BUDGET, wanted, only_lower=False)
    assert edit_limits(once, BUDGET, wanted, only_lower=False) == (once, [])
    for key, limit in limits_of(once).items():
        assert wanted.get(key, limit) <= limit <= wanted.get(key, limit) * 1.01
