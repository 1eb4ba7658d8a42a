"""One small file for each kind of waste or mistake; a rule is found by being here."""

import importlib
import pkgutil
from functools import cache

from layerscope.findings.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in this folder, in the order in which they get bytes."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        rule = getattr(importlib.import_module(f"{__name__}.{module.name}"), "RULE", None)
        if rule is not None:
            found.append(rule)
    return tuple(sorted(found, key=lambda rule: (rule.order, rule.id)))
