"""Contents with a few things wrong, by what they are: tars, JSON, tables of numbers, lines of text."""

import json
import random
from typing import Any

from tests.tar.mutants import with_wrongs

LARGEST_BYTES = 1 << 16
NUMBERS = (0, 1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 4095, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000)
LONG_NUMBERS = (0xFFFF_FFFF, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 40)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1 << 63,
    10**400,
    1.5,
    1e308,
    "",
    "\ud800",
    "\0\n\x1b[31m\u202e",
    "../" * 9 + "etc/passwd",
    "sha256:" + "0" * 64,
    "sha256:../../../../etc/passwd",
    "x" * 5_000,
    [],
    {},
    [None],
    [[[[[[]]]]]],
    {"a": {"": []}},
    ["x"] * 2_000,
)
LINES = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"x" * 9_000,
    b",,,",
    b"/" * 3_000,
    b"..",
    b"../../etc",
    b": x",
    b"a\tb",
    b"Package: ",
)


def mutate(content: bytes, rng: random.Random) -> bytes:
    """A content with some wrongs that suit it, and others."""
    wrongs = [*(_suited(content)), flip_bits, change_numbers, cut_or_repeat]
    for _ in range(rng.choice((1, 1, 2, 3))):
        content = rng.choice(wrongs)(content, rng)
    return content[:LARGEST_BYTES]


def _suited(content: bytes) -> list[Any]:
    if content[257:262] == b"ustar":
        return [with_wrongs] * 6
    if content[:1] in b"{[" and content[:1]:
        return [change_json] * 6
    if b"\0" in content[:512]:
        return [change_numbers] * 6
    return [change_lines] * 4


def flip_bits(content: bytes, rng: random.Random) -> bytes:
    """Some single bits."""
    changed = bytearray(content or b"\0")
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def change_numbers(content: bytes, rng: random.Random) -> bytes:
    """Aligned fields, mostly of the header, become limits of their types."""
    changed = bytearray(content.ljust(8, b"\0"))
    for _ in range(rng.randint(1, 4)):
        size = rng.choice((1, 2, 4, 4, 8, 8))
        area = len(changed) if rng.random() < 0.3 else min(len(changed), 512)
        at = rng.randrange(max(1, area - size)) // size * size
        value = rng.choice((*NUMBERS, *LONG_NUMBERS, len(content), len(content) - 1, rng.getrandbits(64)))
        order = "little" if rng.random() < 0.8 else "big"
        changed[at : at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, order)  # type: ignore[arg-type]
    return bytes(changed)


def cut_or_repeat(content: bytes, rng: random.Random) -> bytes:
    """A piece is gone, is there twice, or is anything."""
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    piece = rng.choice((b"", content[start:end] * 2, rng.randbytes(min(end - start, 64)), content[:end]))
    return content[:start] + piece + (content[end:] if rng.random() < 0.8 else b"")


def change_lines(content: bytes, rng: random.Random) -> bytes:
    """Lines are gone, twice, torn or replaced."""
    lines = content.split(b"\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        line = lines[at]
        lines[at : at + 1] = rng.choice(
            ([], [line] * 3, [line[: len(line) // 2]], [rng.choice(LINES)], [line + rng.choice(LINES)], [line, b""])
        )
        lines = lines or [b""]
    return b"\n".join(lines)


def change_json(content: bytes, rng: random.Random) -> bytes:
    """Values become others, keys go, change their case or are there twice; the text may be nested or torn."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return cut_or_repeat(content, rng)
    for _ in range(rng.randint(1, 3)):
        document = _changed(document, rng)
    text = json.dumps(document)
    if rng.random() < 0.1:
        depth = rng.choice((3, 150, 300, 20_000))
        text = rng.choice(("[" * depth + text + "]" * depth, '{"a":' * depth + text + "}" * depth, text * 2))
    if rng.random() < 0.1 and text.startswith("{") and len(text) > 2:
        text = f"{text[:-1]}, {text[1:]}"
    return text.encode()


def _changed(value: Any, rng: random.Random) -> Any:
    is_here = rng.random() < 0.25
    if isinstance(value, dict) and value and not is_here:
        key = rng.choice(list(value))
        changed = {name: item for name, item in value.items() if name != key}
        if rng.random() < 0.1:
            return changed
        name = rng.choice((str(key).upper(), str(key) + "\0", "")) if rng.random() < 0.1 else key
        return changed | {name: _changed(value[key], rng)}
    if isinstance(value, list) and value and not is_here:
        at = rng.randrange(len(value))
        many = rng.choice((0, 1, 1, 2))
        return [*value[:at], *([value[at]] * 2 if many == 2 else [_changed(value[at], rng)] * many), *value[at + 1 :]]
    return rng.choice(VALUES)
