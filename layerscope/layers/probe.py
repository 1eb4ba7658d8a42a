"""What a probe looks like to a scan: it asks for paths, gets whole contents and gives facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from layerscope.layers.scan import Fact
from layerscope.patterns import PathMatcher


@dataclass(frozen=True, slots=True)
class Probe:
    """A reader of one kind of file.

    `patterns` are of whole paths, as in `layerscope.patterns`. `read` gets path and content and gives a frozen value,
    or raises ValueError for content that is not what it should be. Files over `limit_bytes` are not read.
    """

    id: str
    patterns: tuple[str, ...]
    limit_bytes: int
    read: Callable[[bytes, bytes], Any]


class ProbeSet:
    """All probes' patterns, matched together."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = tuple(probes)
        self._matcher = PathMatcher([probe.patterns for probe in probes])

    def wanting(self, path: bytes) -> Probe | None:
        """The probe that wants a path, the first in order."""
        folder, _, name = path.rpartition(b"/")
        if self._matcher.names_in(folder) is None:
            return None
        number = self._matcher.first(folder, name)
        return None if number is None else self._probes[number]


def read_fact(probe: Probe, row: int, path: bytes, content: bytes) -> Fact:
    """Apply a probe; raises ValueError as the probe does."""
    return Fact(row, probe.id, probe.read(path, content))
