"""The rules of `.dive-ci` beside dive itself: the same verdict where both count alike, known differences elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.budget.judge import judge
from layerscope.checks.check import Check, Status
from layerscope.settings.budget import Budget
from layerscope.settings.dive_ci import read_dive_ci
from layerscope.settings.settings import Settings
from tests.budget.analyzed import saved
from tests.images import directory, file, hardlink, layer, opaque, whiteout

DIVE = Path(sys.executable).with_name("dive")
BASE = layer(file("base", b"b" * 9_000))
X = layer(file("x", b"1" * 1_000))
GONE = layer(whiteout("x"))
FOLDER = layer(directory("d"), file("d/x", b"1" * 1_000))
# Where dive counts as we do, and where it does not: its wasted bytes, and ours.
ALIKE = {
    "clean": [BASE, X],
    "one layer": [BASE],
    "a deleted file": [BASE, X, GONE],
}
DIFFERENT = {
    "overwritten": ([BASE, X, layer(file("x", b"2" * 1_000))], 2_000, 1_000),
    "overwritten by more": ([BASE, X, layer(file("x", b"2" * 3_000))], 4_000, 1_000),
    "overwritten twice": ([BASE, X, layer(file("x", b"2" * 1_000)), layer(file("x", b"3" * 1_000))], 3_000, 2_000),
    "a deleted folder": ([BASE, FOLDER, layer(whiteout("d"))], 0, 1_000),
    "a folder made anew": ([BASE, FOLDER, layer(directory("d"), opaque("d"))], 0, 1_000),
    "a deleted link": ([BASE, layer(file("x", b"1" * 1_000), hardlink("y", "x")), GONE], 1_000, 0),
}
RULES = [
    {"lowestEfficiency": "0.9", "highestWastedBytes": "1000B", "highestUserWastedPercent": "1"},
    {"lowestEfficiency": "0.901", "highestWastedBytes": "999B", "highestUserWastedPercent": "0.999"},
    {"lowestEfficiency": "disabled", "highestWastedBytes": "0", "highestUserWastedPercent": "0.5"},
    {"highestWastedBytes": "1 KiB"},
    {},
]
STATUS = {"PASS": Status.PASSED, "FAIL": Status.FAILED}


def dive(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"NO_COLOR": "1"}
    return subprocess.run(
        [str(DIVE), "--source", "docker-archive", *arguments], capture_output=True, text=True, env=env, check=False
    )


def figures_of_dive(image: Path) -> dict[str, Any]:
    report = image.with_name("dive.json")
    done = dive(str(image), "--json", str(report))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(report.read_text())["image"]
    return found


def verdicts_of_dive(image: Path, rules: Path) -> dict[str, Status]:
    """What dive says of each rule that is on."""
    done = dive(str(image), "--ci", "--ci-config", str(rules))
    lines = [line.strip().split(":") for line in done.stdout.splitlines() if "PASS: " in line or "FAIL" in line]
    found = {}
    for line in lines:
        word = next((key for key in STATUS if key in line[0]), None)
        if word and line[0].strip() != "Result":
            found[line[1].strip()] = STATUS[word]
    assert (done.returncode != 0) == (Status.FAILED in found.values())
    return found


def checks(image: Path, rules: Path) -> tuple[Check, ...]:
    settings = Settings(budget=Budget(dive=read_dive_ci(rules)))
    return judge(layerscope.analyze(str(image)), settings).gate.checks


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: ",".join(rules.values()))
@pytest.mark.parametrize("name", ALIKE)
def test_verdicts_are_those_of_dive(tmp_path: Path, name: str, rules: dict[str, str]) -> None:
    image, path = saved(tmp_path, ALIKE[name]), tmp_path / ".dive-ci"
    path.write_text("rules:\n" + "".join(f"  {key}: {value}\n" for key, value in rules.items()))
    ours = {check.id.removeprefix("dive:"): check.status for check in checks(image, path)}
    assert ours == verdicts_of_dive(image, path)


@pytest.mark.parametrize("name", DIFFERENT)
def test_wasted_bytes_differ_as_documented(tmp_path: Path, name: str) -> None:
    layers, of_dive, ours = DIFFERENT[name]
    image, path = saved(tmp_path, layers), tmp_path / ".dive-ci"
    path.write_text("rules:\n  highestWastedBytes: 0\n")
    assert figures_of_dive(image)["inefficientBytes"] == of_dive
    assert [check.actual for check in checks(image, path) if check.id == "dive:highestWastedBytes"] == [ours]


def test_efficiency_is_that_of_dive_where_sizes_stay(tmp_path: Path) -> None:
    image, path = saved(tmp_path, DIFFERENT["overwritten twice"][0]), tmp_path / ".dive-ci"
    path.touch()
    [actual] = [check.actual for check in checks(image, path) if check.id == "dive:lowestEfficiency"]
    assert actual == pytest.approx(100 * figures_of_dive(image)["efficiencyScore"])


def test_waste_without_any_user_bytes_decides_nothing(tmp_path: Path) -> None:
    image, path = saved(tmp_path, [layer(file("x", b"1" * 10), file("x", b"2" * 10))]), tmp_path / ".dive-ci"
    path.touch()
    statuses = {check.id: check.status for check in checks(image, path)}
    assert statuses["dive:highestUserWastedPercent"] is Status.SKIPPED
