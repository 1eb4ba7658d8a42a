"""Which instruction made which layer, for images that the engine builds with both of its builders."""

from pathlib import Path

import pytest

import layerscope
from tests.dockerfile.histories import LINES, STEPS
from tests.engine.tools import BUILDERS, Builder, EngineImages

pytestmark = pytest.mark.engine

FILES = {"source/0": b"0" * 100, "source/1": b"1" * 100}


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_layer_has_its_lines(
    engine_images: EngineImages, base_image: str, tmp_path: Path, builder: Builder
) -> None:
    (folder := tmp_path / "context").mkdir()
    image = engine_images.build(base_image, STEPS, folder, builder=builder, files=FILES)
    analysis = layerscope.analyze(f"docker:{image}", pull="never", dockerfile=tmp_path / "context.Dockerfile")
    assert analysis.dockerfile is not None
    spans = analysis.dockerfile.lines.spans
    assert {layer: (span.first, span.last) for layer, span in spans.items()} == LINES
    assert analysis.warnings == ()
