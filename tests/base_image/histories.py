"""Histories of real images: what each step of `histories.txt` says; one that begins with `0 ` made no layer."""

from functools import cache
from pathlib import Path


@cache
def histories() -> dict[str, tuple[str, ...]]:
    """The steps of each image, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in (Path(__file__).parent / "histories.txt").read_text().splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = ()
        elif line.startswith("< "):
            found[name] = found[line.removeprefix("< ")]
        elif line and name:
            found[name] += (line,)
    return found
