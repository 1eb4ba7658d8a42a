"""Rectangles in proportion to weights, as square as they can be.

Bruls, Huizing and van Wijk: "Squarified Treemaps" (2000).
"""

from collections.abc import Sequence

from msgspec import Struct


class Rectangle(Struct, frozen=True):
    """A place and an extent, in any unit."""

    x: float
    y: float
    width: float
    height: float


def squarify(weights: Sequence[float], width: float, height: float) -> list[Rectangle]:
    """A rectangle for each weight, which come largest first and are above zero; together they fill the area."""
    whole = sum(weights)
    if not weights or width <= 0 or height <= 0 or whole <= 0:
        return []
    areas = [weight * width * height / whole for weight in weights]
    left = Rectangle(0, 0, width, height)
    found: list[Rectangle] = []
    start = 0
    while start < len(areas):
        end = _row_end(areas, start, min(left.width, left.height))
        row, left = _lay_row(areas[start:end], left)
        found += row
        start = end
    return found


def _row_end(areas: Sequence[float], start: int, side: float) -> int:
    """Where the row ends that begins here: at the area that would make its worst rectangle worse."""
    end, total = start + 1, areas[start]
    worst = _worst_ratio(areas[start], areas[start], total, side)
    while end < len(areas):
        ratio = _worst_ratio(areas[start], areas[end], total + areas[end], side)
        if ratio > worst:
            break
        worst, total, end = ratio, total + areas[end], end + 1
    return end


def _worst_ratio(largest: float, smallest: float, total: float, side: float) -> float:
    if side <= 0 or total <= 0 or smallest <= 0:
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _lay_row(areas: Sequence[float], left: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """Put a row along the shorter side; returns its rectangles and what is left."""
    is_column = left.width >= left.height
    side = left.height if is_column else left.width
    thickness = sum(areas) / side if side > 0 else 0
    row: list[Rectangle] = []
    place = 0.0
    for area in areas:
        length = area / thickness if thickness > 0 else 0
        if is_column:
            row.append(Rectangle(left.x, left.y + place, thickness, length))
        else:
            row.append(Rectangle(left.x + place, left.y, length, thickness))
        place += length
    if is_column:
        return row, Rectangle(left.x + thickness, left.y, left.width - thickness, left.height)
    return row, Rectangle(left.x, left.y + thickness, left.width, left.height - thickness)
