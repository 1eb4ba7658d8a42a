"""Rows of the screen Packages, against the sizes that the example was made of."""

from msgspec.structs import replace

from layerscope.analysis import Analysis
from layerscope.tui.view_model.packages import (
    Origin,
    PackageRow,
    bytes_by_manager,
    package_detail,
    package_files,
    package_rows,
)
from tests.tui.example import CUBLAS_BYTES, CUFFT_BYTES, MODEL_BYTES, SITE, SYSTEM, TORCH_BYTES


def test_each_package_with_its_bytes_layers_and_origin(example: Analysis) -> None:
    *_, torch, cublas, cufft = package_rows(example)
    found = [(row.manager, row.name, row.version, row.files, row.stored_bytes, row.layers, row.origin) for row in
             (torch, cublas, cufft)]  # fmt: skip
    assert found == [
        ("python", "torch", "2.5.1", 1, TORCH_BYTES, (1,), Origin.OWN),
        ("dpkg", "libcublas-12-4", "12.4.5.8-1", 1, CUBLAS_BYTES, (0,), Origin.BASE),
        ("dpkg", "libcufft-12-4", "12.4.5.8-1", 1, CUFFT_BYTES, (0,), Origin.BASE),
    ]


def test_what_no_package_brought_completes_the_sum(example: Analysis) -> None:
    rows = package_rows(example)
    unowned = rows[0]
    assert (unowned.name, unowned.manager, unowned.origin) == ("no package", "none", Origin.BOTH)
    assert sum(row.stored_bytes for row in rows) == example.index.stored_bytes
    assert sum(row.live_bytes for row in rows) == example.index.live_bytes
    assert unowned.layers == (0, 1, 2, 3)


def test_bytes_on_the_wire_add_up(example: Analysis) -> None:
    transfers = [row.transfer_bytes for row in package_rows(example)]
    assert sum(map(int, filter(None, transfers))) == example.transfer.estimated_bytes


def test_managers_add_up_their_packages(example: Analysis) -> None:
    unowned_bytes = example.index.stored_bytes - TORCH_BYTES - CUBLAS_BYTES - CUFFT_BYTES
    assert bytes_by_manager(package_rows(example)) == [
        ("none", unowned_bytes),
        ("dpkg", CUBLAS_BYTES + CUFFT_BYTES),
        ("python", TORCH_BYTES),
    ]


def test_a_package_in_words(example: Analysis) -> None:
    unowned = package_rows(example)[0]
    said = {section.heading: section.lines for section in package_detail(example, unowned).sections}
    # Layers 1 and 2 have a folder and a copy of the model that layer 3 hides.
    hidden_bytes = 2_000_000 + MODEL_BYTES
    assert unowned.stored_bytes - unowned.live_bytes == hidden_bytes
    assert said["Size"][0].startswith("stored 4.4 MB, live 2.3 MB, on the wire ")
    assert said["Layers"] == ("0 to 3, the base's and yours",)
    assert "2.0 MB  pip cache" in said["What it is"]
    apart = replace(unowned, layers=(0, 1, 4, 6, 7, 9))
    assert package_detail(example, apart).sections[2].lines[0].startswith("0 to 1, 4, 6 to 7, 9, ")


def test_the_files_of_a_package(example: Analysis) -> None:
    by_name: dict[str, PackageRow] = {row.name: row for row in package_rows(example)}
    [file] = package_files(example, by_name["torch"].number)
    assert (file.path, file.size_bytes, file.layer, file.hidden_by) == (
        f"/{SITE}/torch/lib/libtorch_cuda.so",
        TORCH_BYTES,
        1,
        None,
    )
    files = package_files(example, by_name["no package"].number)
    assert [file.size_bytes for file in files[:3]] == [2_000_000, 1_500_000, 500_000]
    assert (files[1].path, files[1].hidden_by) == ("/opt/gone/a", 3)
    assert f"/{SYSTEM}/libcublas.so.12" not in {file.path for file in files}
