"""What a probe looks like to a scan: it asks for paths, gets whole contents and gives facts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from layerscope.layers.scan import Fact


@dataclass(frozen=True, slots=True)
class Probe:
    """A reader of one kind of file.

    `pattern` is matched against the whole path; `read` gets path and content and gives a frozen value, or raises
    ValueError for content that is not what it should be. Files over `limit_bytes` are not read.
    """

    id: str
    pattern: bytes
    limit_bytes: int
    read: Callable[[bytes, bytes], Any]


class ProbeSet:
    """All probes' patterns joined into one, so that a path is matched once."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = tuple(probes)
        joined = b"|".join(b"(" + probe.pattern + b")" for probe in probes)
        self._match = re.compile(joined).fullmatch if probes else lambda _path: None

    def wanting(self, path: bytes) -> Probe | None:
        """The probe that wants a path, the first in order."""
        match = self._match(path)
        return self._probes[match.lastindex - 1] if match and match.lastindex else None


def read_fact(probe: Probe, row: int, path: bytes, content: bytes) -> Fact:
    """Apply a probe; raises ValueError as the probe does."""
    return Fact(row, probe.id, probe.read(path, content))
