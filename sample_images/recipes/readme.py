"""The tables of the samples' README, made from the expected numbers."""

from typing import Any

BEGIN, END = "<!-- numbers: written by make_samples.py -->", "<!-- end of numbers -->"


def with_numbers(readme: str, expected: dict[str, Any]) -> str:
    """The README with its tables brought up to date."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{_tables(expected['images'])}\n\n{END}{after}"


def _tables(images: dict[str, dict[str, Any]]) -> str:
    names = list(images)
    sizes = ("stored_bytes", "live_bytes", "superseded_bytes", "duplicate_bytes", "entries", "layers")
    rows = [[f"`{key}`", *(_number(images[name][key]) for name in names)] for key in sizes]
    parts = [_table(["", *names], rows)]
    for title, group in (
        ("Superseded bytes by cause", "superseded_bytes_by_cause"),
        ("Stored bytes by category", "stored_bytes_by_category"),
    ):
        keys = images[names[0]][group]
        rows = [[f"`{key}`", *(_number(images[name][group][key]) for name in names)] for key in keys]
        parts.append(_table([title, *names], rows))
    return "\n\n".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _number(value: int) -> str:
    return f"{value:,}"
