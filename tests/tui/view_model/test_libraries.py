"""Libraries of CUDA with their copies, against the sizes that the example was made of."""

import json
from pathlib import Path

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.view_model.libraries import Likeness, library_detail, library_rows
from tests.images import docker_archive, file, layer
from tests.tui.example import (
    CUBLAS_BYTES,
    CUFFT_BYTES,
    CUFFT_WHEEL_BYTES,
    DATA,
    SITE,
    SYSTEM,
    TORCH_BYTES,
    library,
)

LISTED = json.loads((DATA / "fatbins.json").read_text())

FATBIN_BYTES = (DATA / "scale-none.fatbin").stat().st_size


def test_copies_and_what_they_are_to_each_other(example: Analysis) -> None:
    found = {row.name: (row.likenesses, row.size_bytes, row.waste_bytes) for row in library_rows(example)}
    assert found == {
        "libcublas.so.12": ((Likeness.SAME, Likeness.SAME), 2 * CUBLAS_BYTES, CUBLAS_BYTES),
        "libcufft.so.11": ((Likeness.TWIN, Likeness.TWIN), CUFFT_BYTES + CUFFT_WHEEL_BYTES, CUFFT_BYTES),
        "libtorch_cuda.so": ((Likeness.ONLY,), TORCH_BYTES, 0),
    }
    assert [row.name for row in library_rows(example)] == ["libcublas.so.12", "libcufft.so.11", "libtorch_cuda.so"]


def test_gpu_code_is_that_of_all_copies(example: Analysis) -> None:
    cublas, cufft, _ = library_rows(example)
    assert (cublas.gpu_bytes, cufft.gpu_bytes) == (2 * FATBIN_BYTES, 0)


def test_where_the_copies_lie_and_who_brought_them(example: Analysis) -> None:
    cublas, cufft, _ = library_rows(example)
    assert [(file.path, file.layer, file.note) for file in library_detail(example, cublas).files] == [
        (f"/{SYSTEM}/libcublas.so.12", 0, "= dpkg libcublas-12-4"),
        (f"/{SITE}/nvidia/cublas/lib/libcublas.so.12", 1, "= no package"),
    ]
    assert [file.note for file in library_detail(example, cufft).files] == [
        "≈ no package",
        "≈ dpkg libcufft-12-4",
    ]


def test_what_a_library_holds_for_which_gpus(example: Analysis) -> None:
    *_, torch = library_rows(example)
    said = {part.heading: part.lines for part in library_detail(example, torch).sections}
    listed = {f"{item[0]} {item[1]}": item[4] for item in LISTED["scale-zstd"]["totals"]}
    assert said["GPU code"][0] == "5.6 kB"
    assert len(said["GPU code"]) == 1 + len(listed)
    assert "1.3 kB  sm_100f sass" in said["GPU code"]
    assert listed["sm_100f sass"] == 1328
    assert "There again" not in said


def test_what_spares_a_copy(tmp_path: Path) -> None:
    wheel = file(f"{SITE}/nvidia/cublas/lib/libcublas.so.12", library("libcublas.so.12", 9_000_000))
    system = file(f"{SYSTEM}/libcublas.so.12", library("libcublas.so.12", 9_000_000))
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive([layer(system), layer(wheel)], flavour="modern"))
    analysis = layerscope.analyze(str(path))
    [row] = library_rows(analysis)
    said = {part.heading: part.lines for part in library_detail(analysis, row).sections}
    assert (said["Live copies"], said["There again"]) == (("2, 18.0 MB",), ("9.0 MB",))
    assert any("base" in line for line in said["What to do"])
