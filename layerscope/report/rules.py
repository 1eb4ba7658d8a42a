"""The rules and categories as text: a list, or one of them explained. The docs' pages are made of the same."""

from collections.abc import Iterator

from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Detector
from layerscope.findings.rule import Rule
from layerscope.findings.rules import all_rules


def rule_ids() -> tuple[str, ...]:
    """The ids of all rules and categories, each once."""
    return tuple(dict.fromkeys([*(rule.id for rule in all_rules()), *(item.id for item in all_detectors())]))


def list_rules() -> Iterator[tuple[str, str, str]]:
    """Kind, id and title of every rule and every category."""
    for rule in sorted(all_rules(), key=lambda rule: rule.id):
        yield "finding", rule.id, rule.title
    for detector in all_detectors():
        yield "category", detector.id, detector.title


def explain(rule_id: str) -> list[str]:
    """What the rule or the category of that id means, or both; no line for an unknown one."""
    lines: list[str] = []
    for rule in all_rules():
        if rule.id == rule_id:
            lines += explain_rule(rule)
    for detector in all_detectors():
        if detector.id == rule_id:
            lines += ["", *explain_category(detector)] if lines else explain_category(detector)
    return lines


def explain_rule(rule: Rule) -> list[str]:
    """A rule in lines of Markdown."""
    purposes = ", ".join(purpose.value for purpose in rule.purposes)
    lines = [f"### `{rule.id}`: {rule.title}", "", rule.why, "", f"*What to do:* {rule.fix}", ""]
    if rule.dockerfile:
        lines += ["```dockerfile", *rule.dockerfile, "```", ""]
    points_at = [f"the categories {_join(rule.categories)}"] if rule.categories else []
    points_at += [f"the packages {_join(rule.packages)}"] if rule.packages else []
    if points_at:
        lines += [f"*Points at* {' and '.join(points_at)}.", ""]
    lines.append(f"*Confidence:* {rule.confidence.value}. *In images for:* {purposes}.")
    if not rule.is_promised:
        lines[-1] += " It promises no bytes."
    return lines


def explain_category(detector: Detector) -> list[str]:
    """A category in lines of Markdown."""
    return [
        f"### `{detector.id}`: {detector.title}",
        "",
        detector.why,
        "",
        f"*To spare it:* {detector.fix}",
        "",
        f"*Claims:* {_claims(detector)}.",
    ]


def _claims(detector: Detector) -> str:
    claims = [f"all below `{pattern}`" for pattern in detector.directories]
    claims += [f"`{pattern}`" for pattern in detector.files]
    claims += [f"what the package `{pattern}` owns" for pattern in detector.packages]
    claims += [f"what the probe `{probe}` recognises by its content" for probe in detector.facts]
    text = ", ".join(claims) if claims else "whatever nothing else claims"
    if detector.except_files:
        text += f"; not {_join(detector.except_files)}"
    return text + ("; not what a package owns" if detector.unless_owned else "")


def _join(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
