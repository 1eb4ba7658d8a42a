"""Changes to a Dockerfile that leave every other byte as it is."""

import difflib
from collections.abc import Iterable, Sequence

from msgspec import Struct

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.instruction import Instruction


class Edit(Struct, frozen=True, order=True):
    """The characters from `start` up to `end` of a Dockerfile give way to `text`."""

    start: int
    end: int
    text: str


def insert_behind(dockerfile: Dockerfile, item: Instruction, lines: Iterable[str]) -> Edit:
    """New lines behind an instruction, which may be the last one and end without a line's end."""
    new = dockerfile.newline
    text = "".join(line + new for line in lines)
    if item.source.endswith("\n"):
        return Edit(item.end, item.end, text)
    return Edit(item.end, item.end, new + text.removesuffix(new))


def replace_instruction(dockerfile: Dockerfile, item: Instruction, lines: Sequence[str]) -> Edit:
    """An instruction's lines by others; without any it is deleted."""
    text = "".join(line + dockerfile.newline for line in lines)
    if not item.source.endswith("\n"):
        text = text.removesuffix(dockerfile.newline)
    return Edit(item.start, item.end, text)


def delete_instruction(item: Instruction) -> Edit:
    """Take an instruction away with the end of its last line."""
    return Edit(item.start, item.end, "")


def apply_edits(dockerfile: Dockerfile, edits: Iterable[Edit]) -> str:
    """The text with all edits made, whose places are those of the text as it was; they must not overlap."""
    parts = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            raise ValueError("edits overlap")
        parts += [dockerfile.text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, dockerfile.text[position:]])


def unified_diff(path: str, before: str, after: str) -> str:
    """The difference as `patch` and `git apply` take it; empty where there is none."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def moved(position: int, edits: Iterable[Edit]) -> int:
    """Where a place of the old text is in the new one, behind everything that was inserted at it."""
    return position + sum(len(edit.text) - (edit.end - edit.start) for edit in edits if edit.end <= position)


def _lines(text: str) -> list[str]:
    """The lines with their ends; nothing but a line feed ends one, unlike for `str.splitlines`."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
