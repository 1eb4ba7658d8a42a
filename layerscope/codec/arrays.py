"""Codecs of columns: arrays of numbers, and integers that are positions."""

from math import prod
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.codec.codec import Sink, Source, as_count, as_list, damaged

ENTRY_LIMIT = 1 << 22
_PLAIN, _STEPS, _SAME = "plain", "steps", "same"
_COLUMN_FROM = 32


class ArrayCodec(Struct, frozen=True):
    """Arrays of one type of number, as columns.

    Bytes of one significance stand together, which compresses well; of rising numbers the steps are kept, and of one
    that is everywhere the same a single row, which then stands for all in memory as well. With `counts` they are
    positions of rows or layers.
    """

    dtype: np.dtype[Any]
    counts: str | None = None

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The shape and how the column is written."""
        array = np.asarray(value, dtype=self.dtype)
        how = _best_form(array)
        if how == _SAME:
            sink.columns.append(_shuffled(array[:1]))
        elif how == _STEPS:
            sink.columns.append(_shuffled(np.diff(array, prepend=array.dtype.type(0))))
        else:
            sink.columns.append(_shuffled(array))
        return [list(array.shape), how]

    def read(self, data: Any, source: Source, /) -> NDArray[Any]:
        """The array; nobody can write to it."""
        lengths, how = as_list(data, 2)
        shape = tuple(as_count(length) for length in as_list(lengths))
        if len(shape) not in (1, 2) or shape[0] > ENTRY_LIMIT or prod(shape[1:]) > 16 or how not in _FORMS:
            raise damaged("a column has no shape that a column has")
        array = self._unshuffled(source, (1, *shape[1:]) if how == _SAME else shape)
        array = np.cumsum(array, dtype=self.dtype) if how == _STEPS else array
        if self.counts and array.size and not 0 <= array.min() <= array.max() < getattr(source, self.counts):
            raise damaged("it points at rows or layers that it does not have")
        array.flags.writeable = False
        return np.broadcast_to(array[0], shape) if how == _SAME else array

    def _unshuffled(self, source: Source, shape: tuple[int, ...]) -> NDArray[Any]:
        size_bytes = self.dtype.itemsize
        content = np.frombuffer(source.take(prod(shape) * size_bytes), np.uint8)
        if self.dtype == np.bool_:
            return np.not_equal(content, 0).reshape(shape)
        ordered = np.ascontiguousarray(content.reshape(size_bytes, -1).T)
        return ordered.view(self.dtype.newbyteorder("<")).astype(self.dtype, copy=False).reshape(shape)


_FORMS = (_PLAIN, _STEPS, _SAME)


def _best_form(array: NDArray[Any]) -> str:
    if not len(array):
        return _PLAIN
    if (array == array[0]).all():
        return _SAME
    is_long = array.ndim == 1 and array.dtype.itemsize == 8
    return _STEPS if is_long and (array[1:] >= array[:-1]).all() else _PLAIN


def _shuffled(array: NDArray[Any]) -> bytes:
    ordered = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return ordered.view(np.uint8).reshape(-1, array.dtype.itemsize).T.tobytes()


class PositionCodec(Struct, frozen=True):
    """One row or one layer, by its position."""

    counts: str

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The position."""
        return int(value)

    def read(self, data: Any, source: Source, /) -> int:
        """The position, if there is such a row or layer."""
        if as_count(data) >= getattr(source, self.counts):
            raise damaged("it points at a row or a layer that it does not have")
        return int(data)


class IntegersCodec(Struct, frozen=True):
    """Tuples of integers; with `counts` they are positions of rows or layers. Long ones are columns."""

    counts: str | None
    _column: ArrayCodec = ArrayCodec(np.dtype(np.int64))

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The integers, or a column of them with a mark before it."""
        integers = [int(item) for item in value]
        return ["column", self._column.write(integers, sink)] if len(integers) >= _COLUMN_FROM else integers

    def read(self, data: Any, source: Source, /) -> tuple[int, ...]:
        """The integers, within bounds."""
        items = as_list(data)
        if len(items) == 2 and items[0] == "column":
            column = self._column.read(items[1], source)
            source.spend_integers(column.size)
            integers = tuple(column.ravel().tolist())
        elif all(type(item) is int for item in items):
            integers = tuple(items)
        else:
            raise damaged("it has something else where integers belong")
        if self.counts and integers and not 0 <= min(integers) <= max(integers) < getattr(source, self.counts):
            raise damaged("it points at rows or layers that it does not have")
        return integers
