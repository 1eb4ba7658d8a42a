"""Lets the probe that wants a path read a content."""

from collections.abc import Sequence
from typing import Any

from layerscope.layers.probe import AnyProbe, Probe, ProbeSet


def read(probes: Sequence[AnyProbe], path: str, content: bytes) -> Any:
    """Return what the probe of a whole content makes of it."""
    probe = ProbeSet(probes).wanting(path.encode())
    assert isinstance(probe, Probe), path
    assert len(content) <= probe.limit_bytes
    return probe.read(path.encode(), content)


def mutants(content: bytes, count: int) -> list[bytes]:
    """Return a content cut, torn and with bytes changed, the same ones each time."""
    import random

    dice = random.Random(len(content))
    found = []
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(dice.randint(1, 8)):
            changed[dice.randrange(len(changed))] = dice.choice(
                (0, 1, 10, 34, 44, 91, 127, 128, 255, dice.randrange(256))
            )
        if dice.random() < 0.3:
            del changed[dice.randrange(len(changed)) :]
        found.append(bytes(changed))
    return found
