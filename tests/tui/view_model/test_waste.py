"""Rows of the screen Waste, against the sizes that the example was made of."""

from pathlib import Path

from layerscope.analysis import Analysis
from layerscope.index.cause import Cause
from layerscope.pipeline import analyze_image
from layerscope.tui.view_model.waste import (
    duplicate_detail,
    duplicate_names,
    duplicate_row,
    duplicates,
    finding_detail,
    finding_rows,
    superseded_detail,
    superseded_rows,
)
from tests.tui.example import CUBLAS_BYTES, CUFFT_BYTES, CUFFT_WHEEL_BYTES, MODEL_BYTES, SITE, SYSTEM


def test_findings_with_what_they_save(example: Analysis) -> None:
    rows = {row.rule: row for row in finding_rows(example)}
    saving = {rule: row.saves_bytes for rule, row in rows.items() if row.saves_bytes}
    assert saving == {"deleted-later": 2_000_000, "pip-cache": 2_000_000, "chmod-layer": MODEL_BYTES}
    assert (rows["pip-cache"].layers, rows["pip-cache"].who_can_fix, rows["pip-cache"].files) == ((1,), "image", 1)
    assert [row.saves_bytes for row in finding_rows(example)] == sorted(
        (row.saves_bytes for row in rows.values()), reverse=True
    )


def test_why_evidence_fix_and_files_of_a_finding(example: Analysis) -> None:
    row = next(row for row in finding_rows(example) if row.rule == "chmod-layer")
    detail = finding_detail(example, row)
    sections = {section.heading: section for section in detail.sections}
    assert list(sections) == [
        "Saves", "Who can fix it", "Why", "Evidence", "What to do", "Dockerfile", "Rule"
    ]  # fmt: skip
    assert sections["Why"].lines == (row.finding.rule.why,)
    assert any("chmod -R a+r /models" in line for line in sections["Evidence"].lines)
    assert sections["Dockerfile"].is_code
    assert any("--chmod" in line for line in sections["Dockerfile"].lines)
    assert sections["Rule"].lines == ("chmod-layer, sure",)
    assert [(file.path, file.layer, file.size_bytes) for file in detail.files] == [
        ("/models/model.safetensors", 2, MODEL_BYTES)
    ]


def test_where_in_the_dockerfile_it_is(archive_path: Path, tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(
        "FROM scratch\nADD rootfs.tar /\n# wheels\nRUN pip install torch\nCOPY model /models\n"
        "RUN chmod -R a+r /models && rm -rf /opt/gone\n"
    )
    analysis = analyze_image(str(archive_path), None, dockerfile=dockerfile)
    row = next(row for row in finding_rows(analysis) if row.rule == "pip-cache")
    said = {section.heading: section.lines for section in finding_detail(analysis, row).sections}
    assert said["In your Dockerfile"] == ("Dockerfile:4",)


def test_a_finding_without_bytes_says_so(example: Analysis) -> None:
    row = next(row for row in finding_rows(example) if row.rule == "root-user")
    detail = finding_detail(example, row)
    assert detail.sections[0].lines == ("no bytes of its own",)
    assert not detail.files


def test_superseded_bytes_by_both_layers(example: Analysis) -> None:
    deleted, again = superseded_rows(example)
    assert (deleted.why, deleted.size_bytes, deleted.files, deleted.layer, deleted.hidden_by) == (
        "deleted with its directory",
        2_000_000,
        2,
        1,
        3,
    )
    assert (again.path, again.size_bytes, again.layer, again.hidden_by) == (
        "/models/model.safetensors",
        MODEL_BYTES,
        2,
        3,
    )
    detail = superseded_detail(example, deleted)
    assert detail.title == "2.0 MB deleted with its directory"
    written, hidden, advice = detail.sections
    assert written.lines == ("layer 1  RUN pip install torch",)
    assert hidden.lines == ("layer 3  RUN chmod -R a+r /models && rm -rf /opt/gone",)
    assert [line.partition(":")[0] for line in advice.lines] == ["files are deleted in a later layer"]
    assert [file.path for file in detail.files] == ["/opt/gone/a", "/opt/gone/b"]


def test_exact_and_functional_duplicates(example: Analysis) -> None:
    exact, twin = (duplicate_row(example, group) for group in duplicates(example))
    assert (exact.is_exact, exact.waste_bytes, exact.bytes_each, exact.copies) == (True, CUBLAS_BYTES, CUBLAS_BYTES, 2)
    assert (twin.is_exact, twin.waste_bytes, twin.bytes_each, twin.copies) == (
        False,
        CUFFT_BYTES,
        CUFFT_WHEEL_BYTES,
        2,
    )
    assert (twin.name, exact.name) == ("libcufft.so.11 12.4.5.8", f"/{SYSTEM}/libcublas.so.12")
    assert duplicate_names(example, duplicates(example)) == [exact.name, twin.name]
    assert [(file.path, file.note) for file in duplicate_detail(example, exact.group).files] == [
        (f"/{SYSTEM}/libcublas.so.12", "dpkg libcublas-12-4"),
        (f"/{SITE}/nvidia/cublas/lib/libcublas.so.12", "no package"),
    ]


def test_every_cause_has_words() -> None:
    assert len({cause.reason for cause in Cause}) == len(Cause)
