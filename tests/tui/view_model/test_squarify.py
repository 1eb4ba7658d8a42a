"""Rectangles against the squarify package, and against what any treemap must hold."""

import pytest
import squarify as oracle
from hypothesis import given
from hypothesis import strategies as st

from layerscope.tui.view_model.squarify import squarify

WEIGHTS = st.lists(st.integers(1, 10_000_000_000), min_size=1, max_size=40).map(
    lambda found: sorted(found, reverse=True)
)
SIDES = st.integers(1, 300)


@given(WEIGHTS, SIDES, SIDES)
def test_the_rectangles_are_those_of_the_package(weights: list[int], width: int, height: int) -> None:
    found = squarify(weights, width, height)
    expected = oracle.squarify(oracle.normalize_sizes(weights, width, height), 0, 0, width, height)
    assert [(item.x, item.y, item.width, item.height) for item in found] == [
        pytest.approx((item["x"], item["y"], item["dx"], item["dy"]), rel=1e-6, abs=1e-6) for item in expected
    ]


@given(WEIGHTS, SIDES, SIDES)
def test_areas_are_in_proportion(weights: list[int], width: int, height: int) -> None:
    areas = [item.width * item.height for item in squarify(weights, width, height)]
    assert areas == pytest.approx([weight * width * height / sum(weights) for weight in weights], rel=1e-6)


@pytest.mark.parametrize(("weights", "width", "height"), [([], 10, 10), ([1], 0, 10), ([1], 10, 0)])
def test_nothing_gives_nothing(weights: list[int], width: int, height: int) -> None:
    assert squarify(weights, width, height) == []
