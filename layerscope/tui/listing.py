"""One list of a screen: its rows, how they are drawn, sorted and filtered, and what there is to say of each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from layerscope.tui.view_model.detail import NOTHING, Detail
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.widgets.row_table import Cell, Column

RowT = TypeVar("RowT")


class Order(Struct, frozen=True):
    """By what rows are sorted: size, name or count; `is_reversed` turns it round."""

    by: str = "size"
    is_reversed: bool = False

    def chosen(self, by: str) -> "Order":
        """The order after its key was pressed: a second time turns it round."""
        return Order(by, by == self.by and not self.is_reversed)


class Listing(Struct, Generic[RowT], frozen=True, kw_only=True, eq=False):
    """A list.

    `load` gives all rows in their own order, the biggest first. A filter looks at `texts` and at `size`. `copy` is what
    the copy key takes of a row, `layers` are where a row leads to that has no files. `nothing` is told in place of a
    row's detail where the list is empty. With `follows_basis` sizes are those on the wire where these are wanted.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    load: Callable[[], Sequence[RowT]]
    cells: Callable[[RowT], Sequence[Cell]]
    texts: Callable[[Sequence[RowT]], Sequence[str]]
    size: Callable[[RowT], int | None]
    count: Callable[[RowT], int]
    copy: Callable[[RowT], str]
    detail: Callable[[RowT], Detail]
    layers: Callable[[RowT], Sequence[int]] = lambda _: ()
    follows_basis: bool = False
    empty: str = "Nothing here."
    nothing: Detail = NOTHING

    def arrange(self, rows: Sequence[RowT], texts: Sequence[str], wanted: Filter, order: Order) -> list[RowT]:
        """The rows that a filter lets through, sorted; `texts` are theirs. Rows that are equal keep their order."""
        places: Iterable[int] = range(len(rows))
        if not wanted.is_empty:
            places = (place for place in places if wanted.matches(texts[place], self.size(rows[place])))
        keys: dict[str, Callable[[int], int | str]] = {
            "size": lambda place: -(self.size(rows[place]) or 0),
            "name": lambda place: texts[place].lower(),
            "count": lambda place: -self.count(rows[place]),
        }
        return [rows[place] for place in sorted(places, key=keys[order.by], reverse=order.is_reversed)]
