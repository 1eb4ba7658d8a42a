"""`.dive-ci` files, as dive writes them in its own documentation."""

from pathlib import Path

import pytest

from layerscope.errors import UsageError
from layerscope.settings.budget import DiveRules
from layerscope.settings.dive_ci import read_dive_ci

FULL = """
rules:
  # with a comment
  lowestEfficiency: 0.95
  highestWastedBytes: 20MB
  highestUserWastedPercent: 0.20
"""


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (FULL, DiveRules(0.95, 20_000_000, 0.2)),
        ("", DiveRules(0.9, None, 0.1)),
        ("rules:\n", DiveRules(0.9, None, 0.1)),
        ("rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: off\n", DiveRules(None, None, None)),
        ("rules:\n  highestWastedBytes: 1024\n", DiveRules(0.9, 1_024, 0.1)),
        ("lowest-efficiency-threshold: '1'\nhighest-wasted-bytes: 1 KiB\n", DiveRules(1, 1_024, 0.1)),
    ],
)
def test_rules(tmp_path: Path, text: str, rules: DiveRules) -> None:
    path = tmp_path / ".dive-ci"
    path.write_text(text)
    assert read_dive_ci(path) == rules


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("rules:\n  lowestEficiency: 0.9", "Did you mean lowestEfficiency"),
        ("rules:\n  lowestEfficiency: 95", "between 0 and 1"),
        ("rules:\n  lowestEfficiency: .nan", "between 0 and 1"),
        ("rules:\n  highestWastedBytes: many", "a size is wanted"),
        ("rules: [1]", "a mapping of rules"),
        ("a: &a [x, x]\nrules:\n  lowestEfficiency: [*a, *a]", "has to be a number or a text"),
        ("- 1", "a mapping of rules"),
        ("a: b: c", ":1 is not valid YAML"),
        ("!!python/object/apply:os.getcwd []", "is not valid YAML"),
        ("[" * 10_000, "is not valid YAML"),
        ("\x00", "is not valid YAML"),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / ".dive-ci"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_dive_ci(path)
    assert part in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_dive_ci(tmp_path / "none")
