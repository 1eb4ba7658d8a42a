"""Deterministic stand-ins for the bytes of real files, scaled down."""

import hashlib

SCALE = 50_000
UNIQUE_PERCENT = 62  # CUDA libraries deflate to about this share of their size


def scaled(real_bytes: int) -> int:
    """How many bytes a file of `real_bytes` has in a sample, never 0."""
    return max(1, round(real_bytes / SCALE))


def random_bytes(seed: str, size: int) -> bytes:
    """`size` incompressible bytes that depend on `seed` alone."""
    return hashlib.shake_256(seed.encode()).digest(size)


def filler(seed: str, size: int) -> bytes:
    """`size` bytes that compress about as well as a CUDA library does."""
    unique = random_bytes(seed, -(-size * UNIQUE_PERCENT // 100))
    return (unique + unique)[:size]


def prose(title: str, size: int) -> str:
    """About `size` characters of plain text under a title."""
    lines = [title, "=" * len(title), ""]
    while len("\n".join(lines)) < size:
        number = len(lines) - 2
        lines.append(f"{number}. {title}, paragraph {number}: text that no container reads while it serves a model.")
    return "\n".join(lines) + "\n"
