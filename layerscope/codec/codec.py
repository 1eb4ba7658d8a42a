"""What turns values into a document and columns, and back."""

from typing import Any, Protocol

from msgspec import Struct, field

from layerscope.blob.access import SequentialReader
from layerscope.blob.prefixed import read_fully
from layerscope.errors import LimitExceeded, MalformedImage

# As objects of Python they take more memory than as a column, and a bomb may have very many.
_INTEGERS_LIMIT = 1 << 24
CONTENT_LIMIT_BYTES = 1 << 30
HINT = "Analyse the image again, with --save."


class Sink(Struct):
    """What a codec writes besides the document: columns, in the order in which they will be read again.

    `numbers` are those of the records that were written, by `id()`, and `shapes` the fields of each class of them.
    """

    columns: list[bytes] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    shapes: dict[str, list[str]] = field(default_factory=dict)


class Source(Struct):
    """Where a codec reads columns, and what positions of rows and layers may be, once that is known."""

    reader: SequentialReader
    shapes: dict[str, list[str]]
    records: list[Any] = field(default_factory=list)
    row_count: int = 0
    layer_count: int = 0
    integers_left: int = _INTEGERS_LIMIT

    def take(self, size_bytes: int) -> bytes:
        """The next bytes of the columns; raises MalformedImage where there are fewer."""
        content = b"" if size_bytes > CONTENT_LIMIT_BYTES else read_fully(self.reader, size_bytes)
        if len(content) != size_bytes:
            raise damaged("its columns end early")
        return content

    def spend_integers(self, count: int) -> None:
        """Count integers that become objects; raises LimitExceeded for more than any analysis has."""
        self.integers_left -= count
        if self.integers_left < 0:
            raise LimitExceeded(f"The saved analysis points at over {_INTEGERS_LIMIT} rows.", hint="It may be a bomb.")


class Codec(Protocol):
    """Writes values of one type as JSON and columns, and reads them again, believing nothing."""

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The value as what `json` can write."""

    def read(self, data: Any, source: Source, /) -> Any:
        """The value again; raises MalformedImage for data of another kind."""


def damaged(problem: str) -> MalformedImage:
    """The error for a file that does not hold what it should."""
    return MalformedImage(f"The saved analysis is damaged: {problem}.", hint=HINT)


def as_list(data: Any, length: int | None = None) -> list[Any]:
    """A list, of that length if one is given; raises MalformedImage for anything else."""
    if type(data) is not list or (length is not None and len(data) != length):
        raise damaged("it has something else where a list belongs")
    return data


def as_count(data: Any) -> int:
    """An integer of 0 or more; raises MalformedImage for anything else."""
    if type(data) is not int or data < 0:
        raise damaged("it has something else where a number of 0 or more belongs")
    return data
