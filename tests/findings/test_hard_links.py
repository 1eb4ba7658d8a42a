"""Hard links of contents, against looking at every row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.findings.hard_links import sort_links


@given(st.data())
def test_links_of_contents(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 30))
    rows = list(range(count))
    targets = [data.draw(st.sampled_from([row, row, -1, data.draw(st.integers(0, count - 1))])) for row in rows]
    wanted = sorted(data.draw(st.sets(st.sampled_from(rows))))
    found = sort_links(np.array(targets, np.int64)).to(np.array(wanted, np.int64))
    assert sorted(found.tolist()) == [row for row in rows if targets[row] in wanted and targets[row] != row]
