"""An archive that ends early is an error or says that it is incomplete, wherever it was cut."""

import gzip
import sys
from pathlib import Path
from typing import Any

import pytest

from layerscope.errors import LayerscopeError
from tests.images import oci_archive
from tests.sources.sample import BASE, FLAVOURS, PYTHON, analyze, archive, layout, summary, write
from tests.sources.test_equal_sources import Input

OFFSETS = 25
SMALL = [PYTHON, BASE]
ARCHIVES = {flavour: archive(flavour, SMALL, history=[]) for flavour in FLAVOURS} | {
    "OCI, gzip": oci_archive(layout(SMALL, history=[])),
    "OCI, none": oci_archive(layout(SMALL, compression="none", history=[]), directories=False),
    "docker, gzip": gzip.compress(archive("old", SMALL, history=[])),
    "OCI, gzip, gzip": gzip.compress(oci_archive(layout(SMALL, history=[]))),
}


def outcome(reference: str) -> dict[str, Any] | None:
    """Return what an analysis says, None for one of our errors or a result that says it is incomplete."""
    try:
        analysis = analyze(reference)
    except LayerscopeError:
        return None
    return summary(analysis) if analysis.is_complete else None


@pytest.mark.parametrize("name", ARCHIVES)
def test_cut_anywhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ARCHIVES[name]
    expected = outcome(write(tmp_path, whole))
    assert expected is not None
    # Half of the places are even, half are where a block ends.
    places = {len(whole) * number // OFFSETS for number in range(OFFSETS)}
    places |= {place // 512 * 512 for place in places} | {1, 511, 512, 513, len(whole) - 1}
    failed = 0
    for place in sorted(places):
        path = write(tmp_path, whole[:place], "cut")
        monkeypatch.setattr(sys, "stdin", Input(whole[:place], 1 << 20))
        for found in (outcome(path), outcome("-")):
            # What is missing may be what nobody needs: padding at the end, a file that no manifest names.
            assert found in (None, expected), place
            failed += found is None
    assert failed >= len(places)
