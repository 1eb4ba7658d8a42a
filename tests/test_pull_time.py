"""Times on the wire, worked out by hand."""

import pytest

from layerscope.pull_time import human_seconds, pull_seconds


def test_a_gigabyte_takes_eight_seconds_at_a_gigabit() -> None:
    assert pull_seconds(1_000_000_000) == 8
    assert pull_seconds(125_000_000, 100_000_000) == 10


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3_600, "1 h"),
        (7_500, "2 h 5 min"),
    ],
)
def test_times_read_well(duration_s: float, text: str) -> None:
    assert human_seconds(duration_s) == text
