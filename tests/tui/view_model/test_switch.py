"""What the screen Switch shows, against what the image was made of."""

from layerscope.analysis import Analysis
from layerscope.tui.view_model.libraries import library_detail, library_rows
from layerscope.tui.view_model.switch import (
    base_detail,
    candidate_columns,
    candidate_detail,
    needs_detail,
    pull_text,
    removed_files,
    why_none,
)
from tests.needs.needing import CUDA, LIB
from tests.tui.drive import sample
from tests.tui.switching import linked_to_cublas


def test_columns_with_what_each_base_takes() -> None:
    analysis = linked_to_cublas()
    found = {
        column.name: (column.candidate.verdict.value, column.to_add, column.to_set, column.is_recommended)
        for column in candidate_columns(analysis)
    }
    assert found == {
        "base": ("conditional", "1 package", "nothing", True),
        "runtime": ("safe", "nothing", "nothing", False),
        "no CUDA": ("unsafe", "nothing", "2 variables", False),
    }
    for column in candidate_columns(analysis):
        assert column.stored_bytes + column.saves_bytes == analysis.index.stored_bytes
        gone = removed_files(analysis, column.candidate)
        assert sum(file.size_bytes for file in gone) == column.saves_bytes


def test_what_goes_comes_biggest_first() -> None:
    analysis = linked_to_cublas()
    columns = {column.name: column for column in candidate_columns(analysis)}
    first = {name: removed_files(analysis, column.candidate)[0] for name, column in columns.items()}
    assert (first["base"].path, first["base"].size_bytes) == (f"/{CUDA}/bin/nvcc", 200_003)
    assert (first["no CUDA"].path, first["no CUDA"].size_bytes) == (f"/{LIB}/libcublas.extra", 300_007)


def test_what_speaks_for_a_candidate() -> None:
    analysis = linked_to_cublas()
    columns = {column.name: column for column in candidate_columns(analysis)}
    detail = candidate_detail(analysis, columns["base"].candidate)
    said = {section.heading: section for section in detail.sections}
    assert detail.title == "nvidia/cuda:12.4.1-base-ubuntu22.04 + libcublas-12-4: conditional"
    assert any("/app/run loads libcublas.so.12" in line for line in said["Evidence"].lines)
    assert said["To add"].lines[0].startswith("libcublas-12-4 (")
    assert detail.code is not None
    assert detail.code.startswith("FROM nvidia/cuda:12.4.1-base-ubuntu22.04")
    unsafe = candidate_detail(analysis, columns["no CUDA"].candidate)
    assert "NVIDIA_VISIBLE_DEVICES=all" in next(part for part in unsafe.sections if part.heading == "To set").lines


def test_the_base_and_its_witnesses() -> None:
    detail = base_detail(linked_to_cublas())
    said = {section.heading: section.lines for section in detail.sections}
    assert detail.title == "Today's base: nvidia/cuda:12.4.1-devel-ubuntu22.04"
    assert (said["Variant"], said["CUDA"], said["System"]) == (("devel",), ("12.4.1",), ("ubuntu22.04 amd64",))
    assert said["Layers"] == ("0 to 3",)
    assert any(line.startswith("environment: ") for line in said["Witnesses for it"])
    assert "Against it" not in said


def test_who_needs_what_and_who_loads_it() -> None:
    analysis = linked_to_cublas()
    said = {section.heading: section.lines for section in needs_detail(analysis).sections}
    assert "wanted by /app/run" in said["libcublas.so.12 (certain, linked)"]
    row = next(row for row in library_rows(analysis) if row.name == "libcublas.so.12")
    users = next(part for part in library_detail(analysis, row).sections if "loads" in part.heading)
    assert users.lines == ("files: 1, without another copy to find: 1", "/app/run finds no other")


def test_without_a_base_there_is_nothing_to_switch_to(example: Analysis) -> None:
    assert candidate_columns(example) == ()
    assert "nothing tells which base" in why_none(example)
    assert base_detail(example).title == "No base was recognised"
    assert "Nothing" not in needs_detail(example).title


def test_nothing_is_known_to_need_the_systems_cuda() -> None:
    [section] = needs_detail(sample()).sections
    assert section.lines[0].startswith("No package, source file or setting is known")


def test_the_time_of_a_pull_is_that_of_the_bandwidth(example: Analysis) -> None:
    # 125 MB are a gigabit, and a gigabit a second is what is taken where nobody says otherwise.
    assert (pull_text(example, 125_000_000), pull_text(example, None)) == ("1.0 s", "-")
