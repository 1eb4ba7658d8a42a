"""A content as probes of model files see it: at rest, and as what a stream keeps of it."""

from layerscope.layers.probe import NotKept
from layerscope.probes.model_fact import ModelFile
from layerscope.probes.model_file import PROBES

(PROBE,) = PROBES


class AtRest:
    """All of a content."""

    def __init__(self, content: bytes) -> None:
        self.size_bytes = len(content)
        self._content = content

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        assert offset_bytes >= 0
        assert size_bytes >= 0
        return self._content[offset_bytes : offset_bytes + size_bytes]


class PassedBy(AtRest):
    """The head, the tail behind it and the ranges that were asked for, each for itself."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        size, head = len(content), content[: PROBE.head_bytes]
        ranges = [(start, min(start + length, size)) for start, length in PROBE.more(head)]
        self._kept = [(0, len(head)), (max(len(head), size - PROBE.tail_bytes), size), *ranges]

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        end = min(offset_bytes + size_bytes, self.size_bytes)
        if end > offset_bytes and not any(start <= offset_bytes and end <= stop for start, stop in self._kept):
            raise NotKept("not kept")
        return super().read_at(offset_bytes, size_bytes)


def model_of(path: str, content: bytes) -> ModelFile | None:
    """What the probe says, which has to be the same for both views. Raises ValueError as it does."""
    at_rest = _outcome(path, AtRest(content))
    assert _outcome(path, PassedBy(content)) == at_rest
    if isinstance(at_rest, str):
        raise ValueError(at_rest)
    return at_rest


def _outcome(path: str, view: AtRest) -> ModelFile | str | None:
    try:
        found = PROBE.read(path.encode(), view)
    except NotKept:
        raise AssertionError("the probe read what it had not asked for") from None
    except ValueError as error:
        return str(error)
    assert found is None or isinstance(found, ModelFile)
    return found
