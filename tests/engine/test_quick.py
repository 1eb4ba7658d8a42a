"""A quick look at what a real engine has: no layer is saved, and none is pulled."""

import json
import os
from pathlib import Path

import pytest

import layerscope
from layerscope.outline.outline import NO_RANGES
from layerscope.outline.take import take_outline
from layerscope.sources.options import OpenOptions
from tests.engine.registries import served_registry
from tests.engine.tools import call
from tests.outline.images import STORED, whole_layers
from tests.sources.registry.test_real_registry import push
from tests.tables.lazy import write_lazy

pytestmark = pytest.mark.engine


def test_an_engine_describes_its_image(sample_image: str) -> None:
    found = take_outline(f"docker:{sample_image}", OpenOptions(pull="never", store=False))
    told = json.loads(call("docker", "image", "inspect", sample_image))[0]
    assert [str(item.layer.diff_id) for item in found.layers] == told["RootFS"]["Layers"]
    assert str(found.image.image_id) == told["Id"]
    assert list(found.image.config.env) == told["Config"]["Env"]
    assert {item.reason for item in found.layers} == {NO_RANGES}
    # Which of the steps made a layer an engine does not say, and nobody guesses.
    assert {item.layer.history for item in found.layers} == {None}
    assert (found.listing, found.transfer_bytes) == (None, None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads an engine's folder")
def test_in_the_engines_folder(sample_image: str) -> None:
    found = take_outline(f"docker:{sample_image}", OpenOptions(pull="never"))
    whole = layerscope.analyze(f"docker:{sample_image}", pull="never")
    assert found.image == whole.image
    assert found.base == whole.base


def test_nothing_is_pulled(tmp_path: Path) -> None:
    layout = write_lazy(tmp_path / "image", whole_layers())
    with served_registry(tmp_path) as registry:
        name = f"{registry.address}/quick:1"
        push([f"oci:{layout}"], f"docker://{name}")
        found = take_outline(name)
        images = call("docker", "image", "ls", "--quiet", name)
    assert found.image.source == "registry"
    assert found.whole is not None
    assert found.whole.index.stored_bytes == STORED
    assert not images.strip()
