"""Limits written into a configuration file that keeps its comments, its order and all else."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from layerscope.settings.amounts import parse_size, size_text


class LimitChange(Struct, frozen=True):
    """One key of `[budget]`: what it was (None for no limit) and what it is."""

    key: str
    before: str | None
    after: str


def edit_limits(
    text: str, tables: tuple[str, ...], limits_bytes: Mapping[str, int], *, only_lower: bool
) -> tuple[str, list[LimitChange]]:
    """Set the limits in the table that the names in `tables` lead to; `only_lower` leaves lower ones as they are.

    The text has to be a valid configuration already. A limit is written in three digits, rounded up.
    """
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for name in tables:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
    changes = []
    for key, limit_bytes in limits_bytes.items():
        before, after = table.get(key), size_text(limit_bytes)
        if before is not None and _stays(parse_size(_plain(before)), after, only_lower=only_lower):
            continue
        table[key] = after
        changes.append(LimitChange(key, None if before is None else str(before), after))
    return tomlkit.dumps(document), changes


def _stays(before_bytes: int, after: str, *, only_lower: bool) -> bool:
    after_bytes = parse_size(after)
    return before_bytes <= after_bytes if only_lower else before_bytes == after_bytes


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value
