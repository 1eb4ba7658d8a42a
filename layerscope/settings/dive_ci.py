"""`.dive-ci`: the rules of dive, a tool that shows layers, as its version 0.13 reads them.

A file has `rules:` with lowestEfficiency, highestWastedBytes and highestUserWastedPercent; the latest releases spell
them lowest-efficiency-threshold, highest-wasted-bytes and highest-user-wasted-percent at the top.
"""

from pathlib import Path
from typing import Any

from layerscope.errors import UsageError
from layerscope.settings.amounts import parse_size
from layerscope.settings.budget import DiveRules
from layerscope.settings.text import did_you_mean, read_text
from layerscope.units import safe_text

_NEW_NAMES = {
    "lowest-efficiency-threshold": "lowestEfficiency",
    "highest-wasted-bytes": "highestWastedBytes",
    "highest-user-wasted-percent": "highestUserWastedPercent",
}
# What dive takes for a rule that a file does not name.
_DEFAULTS = {"lowestEfficiency": "0.9", "highestWastedBytes": "disabled", "highestUserWastedPercent": "0.1"}
_OFF = ("", "disabled", "off", "false")


def read_dive_ci(path: Path) -> DiveRules:
    """The rules of a file; raises UsageError for what is none."""
    import yaml

    try:
        content = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise UsageError(f"{safe_text(str(path))}{line} is not valid YAML.") from error
    try:
        return _rules(content)
    except ValueError as error:
        problem = safe_text(str(error))
        raise UsageError(f"{safe_text(str(path))}: {problem}{'' if problem.endswith('?') else '.'}") from error


def _rules(content: Any) -> DiveRules:
    values = dict(_DEFAULTS)
    for name, value in _named(content):
        rule = _NEW_NAMES.get(name, name)
        if rule not in _DEFAULTS:
            raise ValueError(
                f"there is no rule {name}.{did_you_mean(name, [*_DEFAULTS, *_NEW_NAMES])}".removesuffix(".")
            )
        if not isinstance(value, str | int | float):
            raise ValueError(f"{name} has to be a number or a text")
        values[rule] = str(value).strip()
    wasted = values["highestWastedBytes"]
    return DiveRules(
        _share("lowestEfficiency", values),
        None if wasted.lower() in _OFF else parse_size(wasted),
        _share("highestUserWastedPercent", values),
    )


def _named(content: Any) -> list[tuple[str, Any]]:
    """Names and values, wherever they stand."""
    if content is None:
        return []
    rules = content.get("rules") if isinstance(content, dict) and "rules" in content else content
    if rules is None:
        return []
    if not isinstance(rules, dict):
        raise ValueError("a mapping of rules is wanted")
    return [(str(name), value) for name, value in rules.items()]


def _share(name: str, values: dict[str, str]) -> float | None:
    if values[name].lower() in _OFF:
        return None
    try:
        share = float(values[name])
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{name} has to be between 0 and 1")
    return share
