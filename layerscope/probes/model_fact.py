"""What is known about a model file, and the parts of it that are looked at."""

from collections import Counter
from collections.abc import Iterable
from math import prod

from msgspec import Struct

from layerscope.layers.probe import ContentView

HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 16
_TEXT_LIMIT = 256
_DIMENSIONS = 64


class ModelFile(Struct, frozen=True):
    """A model, or data that goes with one, as far as its header tells.

    `parameters` counts the elements of all tensors, `dtypes` those of each type, the most frequent first. Tokenizers
    and plain data are not `is_weights`. `name` and `architecture` are the file's own words.
    """

    format: str
    name: str | None = None
    architecture: str | None = None
    parameters: int | None = None
    dtypes: tuple[tuple[str, int], ...] = ()
    is_weights: bool = True

    @property
    def claims(self) -> bool:
        """Whether a category of models may claim the file for it."""
        return self.is_weights


class Ends(Struct, frozen=True):
    """Both ends of a content."""

    head: bytes
    tail: bytes
    size_bytes: int


def read_ends(view: ContentView) -> Ends:
    """The first and last bytes of a content; they overlap where it is short, and no byte is read twice."""
    head = view.read_at(0, HEAD_BYTES)
    tail_start = max(view.size_bytes - TAIL_BYTES, 0)
    rest_start = max(tail_start, len(head))
    tail = head[tail_start:] + view.read_at(rest_start, view.size_bytes - rest_start)
    return Ends(head, tail, view.size_bytes)


def extend(view: ContentView, head: bytes, end_bytes: int) -> bytes:
    """The content up to an end behind its head, which itself is not read again."""
    end_bytes = min(end_bytes, view.size_bytes)
    return head[:end_bytes] if end_bytes <= len(head) else head + view.read_at(len(head), end_bytes - len(head))


def count_elements(shape: object) -> int:
    """How many elements a tensor of that shape has; raises ValueError for what is no shape."""
    if not isinstance(shape, list) or len(shape) > _DIMENSIONS:
        raise ValueError("a tensor has no shape, or one of too many dimensions")
    if not all(type(size) is int and 0 <= size < 1 << 63 for size in shape):
        raise ValueError("a tensor's shape is not made of sizes")
    return prod(shape)


def tally(tensors: Iterable[tuple[str, int]], size_bytes: int) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The parameters of tensors, given as type and elements, and those of each type.

    Raises ValueError where a file would need less than a bit for each.
    """
    counts: Counter[str] = Counter()
    for dtype, elements in tensors:
        counts[dtype] += elements
    if counts.total() > 8 * size_bytes:
        raise ValueError("it claims more parameters than it has bits")
    return counts.total(), tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def short_text(value: object) -> str | None:
    """A text out of a header, cut to a bearable length; None for anything else and for nothing."""
    return value[:_TEXT_LIMIT] or None if isinstance(value, str) else None
