"""JSON out of an image: parsed within bounds and read with types."""

import json
import re
from typing import Any

from msgspec import Struct

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.units import safe_text

MANIFEST_LIMIT_BYTES = 4 << 20
CONFIG_LIMIT_BYTES = 20 << 20
_NESTING_LIMIT = 200


class JsonObject(Struct, frozen=True):
    """An object whose keys match in any letter case (as Go's decoder does) and whose values are checked on reading."""

    values: dict[str, Any]
    what: str

    def get(self, key: str) -> Any:
        """The value under that key, exact spelling first; None where there is none."""
        if key in self.values:
            return self.values[key]
        folded = key.casefold()
        for name, value in self.values.items():
            if name.casefold() == folded:
                return value
        return None

    def text(self, key: str) -> str | None:
        """A string or nothing; raises MalformedImage for another type."""
        value: str | None = self._typed(key, str, "a string")
        return value

    def integer(self, key: str) -> int | None:
        """An integer or nothing; raises MalformedImage for another type."""
        value = self._typed(key, int, "an integer")
        return None if isinstance(value, bool) else value

    def object(self, key: str) -> "JsonObject | None":
        """An object or nothing; raises MalformedImage for another type."""
        value = self._typed(key, dict, "an object")
        return None if value is None else JsonObject(value, f"{key} of {self.what}")

    def objects(self, key: str) -> "list[JsonObject]":
        """A list of objects, empty where there is none; raises MalformedImage for another type."""
        items = self._typed(key, list, "a list") or []
        return [JsonObject(_object(item, f"{key} of {self.what}"), f"{key} of {self.what}") for item in items]

    def texts(self, key: str) -> list[str]:
        """A list of strings, empty where there is none; raises MalformedImage for another type."""
        items = self._typed(key, list, "a list") or []
        if not all(isinstance(item, str) for item in items):
            raise MalformedImage(f"{key} of {self.what} holds something that is not a string.")
        return list(items)

    def texts_by_name(self, key: str) -> dict[str, str]:
        """A map of strings, empty where there is none; values of other types are left out."""
        items = self._typed(key, dict, "an object") or {}
        return {name: value for name, value in items.items() if isinstance(value, str)}

    def _typed(self, key: str, kind: type, name: str) -> Any:
        value = self.get(key)
        if value is None or isinstance(value, kind):
            return value
        raise MalformedImage(f"{key} of {self.what} is not {name}.")


def parse_json(content: bytes, what: str, *, limit_bytes: int = MANIFEST_LIMIT_BYTES) -> Any:
    """Decode UTF-8 JSON; raises LimitExceeded over the limit and MalformedImage for anything that is not JSON."""
    if len(content) > limit_bytes:
        raise LimitExceeded(f"{what} is over {limit_bytes} bytes.", hint="No real image has one that large.")
    try:
        _check_nesting(content, what)
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedImage(f"{what} is not valid JSON: {safe_text(str(error)[:200])}.") from error


def parse_object(content: bytes, what: str, *, limit_bytes: int = MANIFEST_LIMIT_BYTES) -> JsonObject:
    """Decode a JSON object; raises as `parse_json` does."""
    return JsonObject(_object(parse_json(content, what, limit_bytes=limit_bytes), what), what)


def parse_objects(content: bytes, what: str, *, limit_bytes: int = MANIFEST_LIMIT_BYTES) -> list[JsonObject]:
    """Decode a JSON list of objects; raises as `parse_json` does."""
    items = parse_json(content, what, limit_bytes=limit_bytes)
    if not isinstance(items, list):
        raise MalformedImage(f"{what} is not a list.")
    return [JsonObject(_object(item, what), what) for item in items]


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedImage(f"{what} is not an object.")
    return value


_OUTSIDE_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def _check_nesting(content: bytes, what: str) -> None:
    """Bound the depth before a recursive parser sees it; brackets inside strings do not count."""
    if content.count(b"[") + content.count(b"{") <= _NESTING_LIMIT:
        return
    depth = 0
    for match in _OUTSIDE_STRINGS.finditer(content):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(match.group()[:2], 0)
        if depth > _NESTING_LIMIT:
            raise MalformedImage(f"{what} is nested over {_NESTING_LIMIT} levels deep.")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
