"""GPU code by architecture, against what `cuobjdump` listed of the same cut-outs."""

import json
from collections import Counter
from pathlib import Path

from msgspec.structs import replace

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.view_model.gpu_code import gpu_code_detail, gpu_code_rows, how_to_read_gpu_code
from tests.images import oci_archive, oci_layout
from tests.tui.example import DATA, SITE, SYSTEM

LISTED = json.loads((DATA / "fatbins.json").read_text())


def test_bytes_of_each_architecture_and_kind(example: Analysis) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for cut_out in ("scale-none", "scale-none", "scale-zstd"):
        for architecture, kind, _, _, size_bytes in LISTED[cut_out]["totals"]:
            expected[architecture, kind] += size_bytes
    rows = gpu_code_rows(example)
    assert {(row.architecture, row.kind): row.size_bytes for row in rows} == expected
    assert [row.size_bytes for row in rows] == sorted(expected.values(), reverse=True)
    assert {row.libraries for row in rows} == {3}


def test_which_libraries_hold_it(example: Analysis) -> None:
    row = next(row for row in gpu_code_rows(example) if (row.architecture, row.kind) == ("sm_90", "sass"))
    files = gpu_code_detail(example, row).files
    assert [(file.path, file.note) for file in files] == [
        (f"/{SYSTEM}/libcublas.so.12", "3.8 kB of it"),
        (f"/{SITE}/nvidia/cublas/lib/libcublas.so.12", "3.8 kB of it"),
        (f"/{SITE}/torch/lib/libtorch_cuda.so", "976 B of it"),
    ]


def test_nobody_asked_for_it(example: Analysis) -> None:
    unasked = replace(example, device_code=None)
    assert gpu_code_rows(unasked) == ()
    assert how_to_read_gpu_code(unasked) == (f"layerscope analyze {example.image.reference} --device-code",)


def test_compressed_layers_have_to_be_saved_first(tmp_path: Path) -> None:
    path = tmp_path / "an image.tar"
    path.write_bytes(oci_archive(oci_layout([b"\0" * 1024], compression="gzip")))
    assert how_to_read_gpu_code(layerscope.analyze(str(path))) == (
        "docker save IMAGE --output image.tar",
        "layerscope analyze image.tar --device-code",
    )
