"""The tables of NVIDIA's images against tags, Dockerfile lines and figures that were written down elsewhere."""

import pytest

from layerscope.knowledge.cuda_variants import (
    VARIANTS,
    VariantTag,
    cuda_of_cudart,
    image_sizes,
    newest_cuda,
    parse_tag,
    tag_of,
    variable_rule,
    variant_recipes,
    variants_of,
)
from tests.base_image.cuda_chains import STAGES, all_tags


@pytest.mark.parametrize("tag", all_tags())
def test_tags_are_taken_apart_and_put_together(tag):
    parts = parse_tag(tag)
    assert parts is not None
    assert tag_of(parts.cuda, parts.os, parts.variant) == tag


@pytest.mark.parametrize(
    ("cuda", "os", "expected"),
    [
        ("12.2.0", "ubuntu22.04", VARIANTS[:3]),
        ("12.3.1", "ubi9", VARIANTS[:3]),
        ("12.4.0", "ubuntu22.04", VARIANTS[:3]),
        ("12.5.0", "rockylinux9", VARIANTS[:3]),
        ("12.5.1", "ubuntu24.04", VARIANTS[:3]),
        ("12.6.0", "ubuntu24.04", VARIANTS),
        ("12.4.1", "ubuntu24.04", ()),
        ("11.8.0", "ubuntu24.04", ()),
        ("12.1.1", "debian12", ()),
        ("9.2.0", "ubuntu18.04", ()),
    ],
)
def test_which_variants_there_are(cuda, os, expected):
    assert variants_of(cuda, os) == expected
    assert all((tag_of(cuda, os, variant) is None) == (variant not in expected) for variant in VARIANTS)


@pytest.mark.parametrize(
    ("cuda", "spelling"),
    [("11.8.0", "cudnn8"), ("12.2.2", "cudnn8"), ("12.3.2", "cudnn9"), ("12.4.1", "cudnn"), ("13.0.0", "cudnn")],
)
def test_how_cudnn_is_spelled(cuda, spelling):
    assert tag_of(cuda, "ubuntu22.04", "cudnn-devel") == f"{cuda}-{spelling}-devel-ubuntu22.04"


@pytest.mark.parametrize(
    "tag",
    ["", "latest", "12.4.1", "12.4-base-ubuntu22.04", "12.4.1-cudnn-base-ubuntu22.04", "12.4.1-devel-ubuntu22.04 "],
)
def test_other_tags(tag):
    assert parse_tag(tag) is None


def test_a_tag_that_the_table_lacks():
    assert parse_tag("13.4.1-cudnn-runtime-ubuntu26.04") == VariantTag("13.4.1", "cudnn-runtime", "ubuntu26.04")
    assert tag_of("13.4.1", "ubuntu26.04", "cudnn-runtime") is None


def test_cuda_releases_by_their_cudart():
    assert cuda_of_cudart("12.4.127-1") == ("12.4.1",)
    assert cuda_of_cudart("12.6.77-1") == ("12.6.2", "12.6.3")
    assert cuda_of_cudart("12.4.127") == ()
    assert newest_cuda() == "13.0.0"


def test_recipes_are_those_of_the_tags():
    keys = {(one.cuda, one.os, one.variant) for one in variant_recipes()}
    assert keys == {(tag.cuda, tag.os, tag.variant) for tag in map(parse_tag, all_tags()) if tag}
    runtime = next(
        one for one in variant_recipes() if (one.cuda, one.os, one.variant) == ("12.4.1", "ubuntu22.04", "runtime")
    )
    assert runtime.packages == (
        "cuda-libraries-12-4=12.4.1-1",
        "libnpp-12-4=12.2.5.30-1",
        "cuda-nvtx-12-4=12.4.127-1",
        "libcusparse-12-4=12.3.1.170-1",
        "libcublas-12-4=12.4.5.8-1",
        "libnccl2=2.21.5-1+cuda12.4",
    )
    assert runtime.env["NV_LIBNCCL_PACKAGE"] == "libnccl2=2.21.5-1+cuda12.4"


@pytest.mark.parametrize("recipe", variant_recipes(), ids=lambda one: f"{one.cuda}-{one.variant}-{one.os}")
def test_each_stage_sets_what_the_rule_asks_for(recipe):
    rule, names = variable_rule(), recipe.env.keys()
    own = recipe.variant.removeprefix("cudnn-") if recipe.variant not in ("cudnn-runtime", "cudnn-devel") else "cudnn"
    groups = {"base": rule.is_cuda, "runtime": rule.runtime, "devel": rule.devel, "cudnn": rule.cudnn}
    assert names & groups[own]
    below = {"base": ("runtime", "devel", "cudnn"), "runtime": ("devel", "cudnn"), "devel": ("cudnn",), "cudnn": ()}
    assert not any(names & groups[other] for other in below[own])
    assert recipe.variant in STAGES


def test_sizes():
    sizes = {(one.tag, one.architecture, one.build): one for one in image_sizes()}
    assert len(sizes) == len(image_sizes())
    known = sizes["12.4.1-cudnn-devel-ubuntu22.04", "amd64", ""]
    assert (known.compressed_bytes, known.uncompressed_bytes, known.how) == (4_782_000_000, 8_290_000_000, "measured")
    assert all(parse_tag(one.tag) for one in image_sizes())
    assert {one.how for one in image_sizes()} == {"measured", "reported", "derived"}
