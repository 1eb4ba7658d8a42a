"""One list of a screen: its rows, how they are drawn, sorted and filtered, and what there is to say of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from layerscope.tui.view_model.detail import NOTHING, Detail
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.widgets.row_table import Cell, Column

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Order:
    """By what rows are sorted: size, name or count; `is_reversed` turns it round."""

    by: str = "size"
    is_reversed: bool = False

    def chosen(self, by: str) -> "Order":
        """The order after its key was pressed: a second time turns it round."""
        return Order(by, by == self.by and not self.is_reversed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listing(Generic[RowT]):
    """A list.

    `load` gives all rows in their own order, the biggest first. A filter looks at `text` and at `size`. `copy` is what
    the copy key takes of a row, `layers` are where a row leads to that has no files. `nothing` is told in place of a
    row's detail where the list is empty.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    load: Callable[[], Sequence[RowT]]
    cells: Callable[[RowT], Sequence[Cell]]
    text: Callable[[RowT], str]
    size: Callable[[RowT], int | None]
    count: Callable[[RowT], int]
    copy: Callable[[RowT], str]
    detail: Callable[[RowT], Detail]
    layers: Callable[[RowT], Sequence[int]] = lambda _: ()
    empty: str = "Nothing here."
    nothing: Detail = NOTHING

    def arrange(self, rows: Sequence[RowT], wanted: Filter, order: Order) -> list[RowT]:
        """The rows that a filter lets through, sorted; rows that are equal keep their order."""
        shown = [row for row in rows if wanted.matches(self.text(row), self.size(row))]
        keys: dict[str, Callable[[RowT], int | str]] = {
            "size": lambda row: -(self.size(row) or 0),
            "name": lambda row: self.text(row).lower(),
            "count": lambda row: -self.count(row),
        }
        return sorted(shown, key=keys[order.by], reverse=order.is_reversed)
