"""CSV, read back by pandas and by the standard library, against the tars that went in."""

import csv
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

import layerscope
from layerscope.report.csv import (
    render_csv,
    render_csv_categories,
    render_csv_findings,
    render_csv_layers,
    render_csv_packages,
)
from tests.images import directory, docker_archive, file, hardlink, layer, whiteout
from tests.report.images import HOSTILE_NAMES, analysis_of, hostile_image

SAMPLE = Path(__file__).parents[2] / "sample_images" / "naive-devel.docker.tar"


def rows_of(pieces: Iterable[bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(pieces).decode("utf-8"), newline="")))


def test_every_entry_is_a_row(tmp_path: Path) -> None:
    analysis = analysis_of(
        tmp_path,
        [directory("opt"), file("opt/a", b"1" * 10), file("opt/b", b"2" * 20)],
        [whiteout("opt/a"), hardlink("opt/c", "opt/b")],
    )
    found = [
        (row["path"], row["layer"], row["kind"], row["size_bytes"], row["live"], row["hidden_by"], row["cause"])
        for row in rows_of(render_csv(analysis))
    ]
    assert found == [
        ("/opt", "0", "directory", "0", "yes", "", ""),
        ("/opt/a", "0", "file", "10", "no", "1", "deleted"),
        ("/opt/b", "0", "file", "20", "yes", "", ""),
        ("/opt/a", "1", "whiteout", "0", "no", "1", "deleted"),
        ("/opt/c", "1", "hardlink", "0", "yes", "", ""),
    ]


def test_a_sample_is_its_tars() -> None:
    """Each name and size, layer by layer, as the standard library reads the archive."""
    rows = rows_of(render_csv(layerscope.analyze(str(SAMPLE))))
    of_files = [(int(row["layer"]), row["path"][1:], int(row["size_bytes"])) for row in rows if row["kind"] == "file"]
    expected: list[tuple[int, str, int]] = []
    with tarfile.open(SAMPLE) as image:
        manifest = pd.read_json(io.BytesIO(_content(image, "manifest.json")))
        for number, name in enumerate(manifest["Layers"][0]):
            with tarfile.open(fileobj=io.BytesIO(_content(image, name))) as tar:
                members = [(number, member.name, member.size) for member in tar if member.isreg()]
            expected += [member for member in members if "/.wh." not in f"/{member[1]}"]
    assert of_files == expected


@pytest.mark.parametrize("render", [render_csv_categories, render_csv_packages, render_csv_layers])
def test_totals_are_sums_over_the_entries(render: object) -> None:
    analysis = layerscope.analyze(str(SAMPLE))
    assert callable(render)
    entries = pd.read_csv(io.BytesIO(b"".join(render_csv(analysis))))
    totals = pd.read_csv(io.BytesIO(b"".join(render(analysis))))
    if render is render_csv_packages:
        totals.index = pd.Index(totals["manager"] + ":" + totals["name"])
        sums = entries.groupby("package")["size_bytes"].sum()
        assert totals["stored_bytes"].to_dict() == sums.to_dict()
    elif render is render_csv_layers:
        sums = entries.groupby("layer")["size_bytes"].sum()
        assert totals.set_index("layer")["content_bytes"].to_dict() == sums.to_dict()
    else:
        sums = entries.groupby("category")["size_bytes"].sum()
        assert (
            totals.set_index("category")["stored_bytes"].to_dict() == sums[sums.index.isin(totals.category)].to_dict()
        )
        assert totals["stored_bytes"].sum() == entries["size_bytes"].sum()


def test_findings_have_their_figures(tmp_path: Path) -> None:
    analysis = analysis_of(tmp_path, [file("root/.cache/pip/http/x", b"p" * 300_000)])
    [row] = [row for row in rows_of(render_csv_findings(analysis)) if row["finding"] == "pip-cache"]
    assert {
        name: row[name] for name in ("subject", "level", "reclaimable_bytes", "files", "layers", "who_can_fix")
    } == {
        "subject": "",
        "level": "warn",
        "reclaimable_bytes": "300000",
        "files": "1",
        "layers": "0",
        "who_can_fix": "image",
    }


def test_hostile_names_stay_text_in_their_cells(tmp_path: Path) -> None:
    analysis = hostile_image(tmp_path)
    for render in (render_csv, render_csv_categories, render_csv_findings, render_csv_layers, render_csv_packages):
        content = b"".join(render(analysis))
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        cells = [cell for row in rows for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert [cell for cell in cells if not cell.isprintable()] == []
    names = [row["name"] for row in rows_of(render_csv_packages(analysis))]
    versions = [row["version"] for row in rows_of(render_csv_packages(analysis))]
    assert len(names) > 10
    assert {"'=1+1", "'-2+3", "'@here"} < set(versions)
    assert [row["path"] for row in rows_of(render_csv(analysis)) if row["path"].startswith("/opt/line")] == [
        "/opt/line\\x0abreak\\x0d::error::x"
    ] * 2
    assert len(HOSTILE_NAMES) == 20


def test_many_entries_come_in_small_pieces(tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    archive.write_bytes(docker_archive([layer(*(file(f"d/{n:06}", b"") for n in range(20_000)))], flavour="old"))
    pieces = list(render_csv(layerscope.analyze(str(archive))))
    assert max(map(len, pieces)) < 1 << 17
    assert len(rows_of(pieces)) == 20_000


def _content(archive: tarfile.TarFile, member: str) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read()
