"""Whatever a probe finds can be kept."""

from layerscope.cache.records import KeptBlob, KeptContents, KeptPart
from layerscope.cache.types import codec_for, fact_types
from layerscope.layers.scan import LayerScan
from layerscope.probes import PROBES


def test_what_every_probe_finds_has_a_codec() -> None:
    assert set(fact_types()) == {probe.id for probe in PROBES}
    for kind in (*fact_types().values(), LayerScan, KeptBlob, KeptPart, KeptContents):
        assert codec_for(kind) is not None


def test_probes_of_one_id_find_one_type() -> None:
    kinds: dict[str, set[str]] = {}
    for probe in PROBES:
        kinds.setdefault(probe.id, set()).add(str(probe.read.__annotations__["return"]))
    # None alone is what a probe says that only refuses.
    assert {probe: found for probe, found in kinds.items() if len(found - {"None"}) > 1} == {}
