"""The table of needs: every row uses its few words, and names variants that there are."""

from packaging.utils import canonicalize_name

from layerscope.knowledge.cuda_variants import VARIANTS
from layerscope.knowledge.runtime_needs import runtime_needs, traps, variant_contents

ANSWERS = {"no", "conditional", "yes"}


def test_rows_use_the_known_words():
    for need in runtime_needs():
        assert {need.system_cuda, need.cudnn, need.host_compiler} <= ANSWERS, need.id
        assert need.compiler in ANSWERS | {"headers", "nvvm", "ptxas"}, need.id
        assert need.least_variant in VARIANTS, need.id
        assert need.sources, need.id
        assert need.why, need.id


def test_ids_are_distinct_and_distributions_normal():
    assert len({need.id for need in runtime_needs()}) == len(runtime_needs()) == 27
    for need in runtime_needs():
        for name in (*need.distributions, *need.met_by):
            assert canonicalize_name(name) == name, need.id


def test_what_is_known_of_some():
    needs = {need.id: need for need in runtime_needs()}
    assert (needs["torch-wheel"].system_cuda, needs["torch-wheel"].least_variant) == ("no", "base")
    assert (needs["deepspeed"].compiler, needs["deepspeed"].least_variant) == ("conditional", "devel")
    assert needs["cupy"].compiler == "headers"
    assert needs["numba"].compiler == "nvvm"
    assert {"gcc", "python3-dev"} <= set(needs["triton"].add)


def test_variants_and_traps():
    assert variant_contents().keys() == set(VARIANTS)
    assert any("libcurand.so.10" in trap for trap in traps())
