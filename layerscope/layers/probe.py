"""What a probe looks like to a scan: it asks for files and gives facts about their contents."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from layerscope.layers.columns import Integers
from layerscope.layers.scan import Fact
from layerscope.name_matcher import NameMatcher
from layerscope.names import Names
from layerscope.patterns import PathMatcher, longest_text


class NotKept(ValueError):
    """Bytes that passed by in a stream and were not kept."""


class ContentView(Protocol):
    """Some of a content: all of it where it is at rest, what a probe asked to keep where it passed by."""

    @property
    def size_bytes(self) -> int:
        """How long the whole content is."""

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the content's end; raises NotKept."""


class Probe(Struct, frozen=True):
    """A reader of one kind of file, as a whole.

    `patterns` are of whole paths, as in `layerscope.patterns`. `read` gets path and content and gives a frozen value,
    or raises ValueError for content that is not what it should be. Files over `limit_bytes` are not read.
    """

    id: str
    patterns: tuple[str, ...]
    limit_bytes: int
    read: Callable[[bytes, bytes], Any]


Ranges = Sequence[tuple[int, int]]
"""Parts of a content: offset and length of each, in bytes."""


class PartProbe(Struct, frozen=True):
    """A reader of one kind of file that looks at parts of it, whatever its size.

    Asks for files by `patterns`, and with `executables` for every file that has an execute permission; of those only
    the ones whose contents begin with one of the `magics` (any, where there are none). A stream keeps `head_bytes`
    and `tail_bytes` of a content, and the ranges that `more` names once it has seen the head. `read` gets path and view
    and gives a frozen value or None; it raises ValueError for content that is not what it should be.
    """

    id: str
    patterns: tuple[str, ...]
    read: Callable[[bytes, ContentView], Any]
    head_bytes: int
    tail_bytes: int = 0
    magics: tuple[bytes, ...] = ()
    executables: bool = False
    more: Callable[[bytes], Ranges] = lambda _head: ()


AnyProbe = Probe | PartProbe


class ProbeSet:
    """All probes' patterns, matched together."""

    def __init__(self, probes: Sequence[AnyProbe]) -> None:
        self._probes = tuple(probes)
        self._matcher = PathMatcher([probe.patterns for probe in probes])
        # Of nearly all files a look at the name tells that nobody asks for them, in whichever folder they are.
        patterns = [pattern.rpartition("/") for probe in probes for pattern in probe.patterns]
        self._names = NameMatcher((0, name) for _, _, name in patterns if name != "*")
        self._folder_texts = {longest_text(folder + slash) for folder, slash, name in patterns if name == "*"}
        of_executables = [probe for probe in probes if isinstance(probe, PartProbe) and probe.executables]
        self._of_executables = of_executables[0] if of_executables else None

    def wanting(self, path: bytes, mode: int = 0) -> AnyProbe | None:
        """The probe that wants a path, the first in order."""
        folder, _, name = path.rpartition(b"/")
        names = self._matcher.names_in(folder)
        number = names.first(name) if names else None
        if number is not None:
            return self._probes[number]
        return self._of_executables if mode & 0o111 else None

    def wanting_each(self, paths: list[bytes], modes: Integers, rows: Integers) -> Iterator[tuple[int, AnyProbe]]:
        """Those of the rows whose path a probe wants, in order, and the probe."""
        names = Names(paths)
        may_be_wanted = self._names.may_have(names, rows)
        for text in self._folder_texts:
            may_be_wanted |= names.having(text)[rows]
        if self._of_executables:
            may_be_wanted |= modes[rows] & 0o111 != 0
        for row in rows[may_be_wanted].tolist():
            probe = self.wanting(paths[row], int(modes[row]))
            if probe is not None:
                yield row, probe


def read_fact(probe: AnyProbe, row: int, path: bytes, content: Any) -> Fact | None:
    """Apply a probe to a content or a view of it; None where it has nothing to say. Raises ValueError as it does."""
    value = probe.read(path, content)
    return None if value is None else Fact(row, probe.id, value)
