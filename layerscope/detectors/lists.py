"""Patterns spelled out: each name in each of some folders, each package of each of some managers."""

from collections.abc import Iterable


def below(folders: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Each name in each folder, as patterns of paths."""
    names = tuple(names)
    return tuple(f"{folder}/{name}" for folder in folders for name in names)


def owned(managers: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Each package of each manager, as `dpkg:gcc`."""
    names = tuple(names)
    return tuple(f"{manager}:{name}" for manager in managers for name in names)
