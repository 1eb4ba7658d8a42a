"""Which line of a TOML file a key stands on; the standard library's reader does not say."""

import re
from collections import Counter

Place = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[{1,2})([^\[\]]+)\]")
_KEY = re.compile(r"\s*([\w.\"' -]+?)\s*=")


def line_mark(text: str, section: str, place: Place) -> str:
    """Where a key below a section stands, as `:12`; empty where a plain reading of the lines does not find it."""
    wanted = ".".join([*([section] if section else []), *map(str, place)])
    table, seen = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HEADER.match(line):
            table = _bare(match[2])
            if len(match[1]) == 2:
                seen[table] += 1
                table = f"{table}.{seen[table] - 1}"
            if table == wanted:
                return f":{number}"
        elif match := _KEY.match(line):
            key = f"{table}.{_bare(match[1])}".strip(".")
            if key == wanted or wanted.startswith(f"{key}."):
                return f":{number}"
    return ""


def _bare(key: str) -> str:
    return ".".join(part.strip(" \t\"'") for part in key.split("."))
