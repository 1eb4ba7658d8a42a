"""What a newer schema of a document takes from those who read it by an older one."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Fields that are gone or may be missing, and values of types that were not there before; additions are none."""
    return sorted(set(_changes(old, new, _Roots(old, new), "")))


class _Roots:
    """The two documents that references lead into, and which pairs have been seen."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str]] = set()


def _changes(old: Schema, new: Schema, roots: _Roots, path: str) -> Iterator[str]:
    if "$ref" in old and "$ref" in new:
        pair = (old["$ref"], new["$ref"])
        if pair in roots.seen:
            return
        roots.seen.add(pair)
    old, new = _resolved(old, roots.old), _resolved(new, roots.new)
    kinds, new_kinds = _by_type(old, roots.old), _by_type(new, roots.new)
    yield from (f"{path}: may be {kind} now" for kind in new_kinds if kind not in kinds)
    for kind, options in kinds.items():
        if kind in new_kinds:
            yield from _inside(options, new_kinds[kind], roots, path)


def _inside(old: Schema, new: Schema, roots: _Roots, path: str) -> Iterator[str]:
    for name, value in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{path}.{name}: is gone"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{path}.{name}: may be missing"
        yield from _changes(value, new["properties"][name], roots, f"{path}.{name}")
    if "items" in old:
        yield from _changes(old["items"], new.get("items", {}), roots, f"{path}[]")
    if old.get("const", new.get("const")) != new.get("const"):
        yield f"{path}: is no longer {old['const']!r}"
    if set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{path}: has fewer values"


def _by_type(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by their type; `any` for one that says none."""
    options = [_resolved(option, root) for option in schema.get("anyOf", [schema])]
    return {kind: option for option in options for kind in _types(option)}


def _types(schema: Schema) -> list[str]:
    kind = schema.get("type", "any")
    return [kind] if isinstance(kind, str) else list(kind)


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        found = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
