"""The switch and the plan in the text report, against the JSON report of the same image."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import SAMPLES, layerscope
from tests.images import docker_archive, file, layer

# Each is another finding.
WASTE = {
    "root/.cache/pip/wheels/a/b.whl": 900_000,
    "root/.cache/uv/archive-v0/a/b": 800_000,
    "var/cache/apt/archives/a_1_amd64.deb": 700_000,
    "var/lib/apt/lists/deb_dists_stable_main_binary-amd64_Packages": 600_000,
    "root/.npm/_cacache/content-v2/sha512/aa/bb/c": 500_000,
    "opt/conda/pkgs/a-1-0.tar.bz2": 400_000,
    "app/.git/objects/pack/pack-1.pack": 300_000,
    "var/log/dpkg.log": 200_000,
    "var/cache/dnf/x.solv": 190_000,
    "root/.cache/pypoetry/cache/x": 180_000,
    "var/cache/apk/APKINDEX.1.tar.gz": 170_000,
}
IMAGES = ["naive-devel.docker.tar", "wheelhouse.docker.tar"]


def reports(image: str, folder: Path) -> tuple[list[str], dict[str, Any]]:
    """The text report's lines, and the JSON report."""
    path = folder / "report.json"
    done = layerscope(
        "analyze", str(SAMPLES / image), "--no-config", "--json", str(path), "--quiet", env={"COLUMNS": "200"}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines(), json.loads(path.read_bytes())


def kilobytes(size_bytes: int) -> str:
    return f"{size_bytes} B" if size_bytes < 1_000 else f"{size_bytes / 1_000:.1f} kB"


def rows_below(lines: list[str], title: str) -> list[list[str]]:
    """The cells of the table that a title begins, without its header."""
    start = next(number for number, line in enumerate(lines) if line.startswith(title))
    end = lines.index("", start)
    return [re.split(r" {2,}", line.strip()) for line in lines[start + 2 : end]]


@pytest.mark.parametrize("image", IMAGES)
def test_every_step_of_the_plan_with_what_the_image_is_after_it(image: str, tmp_path: Path) -> None:
    lines, document = reports(image, tmp_path)
    plan = document["plan"]
    assert 2 <= len(plan["steps"]) <= 9
    expected = [
        [
            kilobytes(step["saves_bytes"]),
            kilobytes(step["predicted_stored_bytes"]),
            f"~{kilobytes(step['predicted_transfer_bytes_estimate'])}",
            "0.0 s",
            step["title"],
        ]
        for step in plan["steps"]
    ]
    assert rows_below(lines, "The plan") == expected
    [title] = [line for line in lines if line.startswith("The plan")]
    share = f"{plan['saves_bytes'] / document['sizes']['stored_bytes']:.1%}".replace("%", " %")
    assert title == (
        f"The plan, {len(plan['steps'])} steps: saves {kilobytes(plan['saves_bytes'])}, {share} of stored, "
        f"and leaves {kilobytes(plan['predicted_stored_bytes'])}"
    )


def test_small_steps_are_one_row(tmp_path: Path) -> None:
    files = [file(name, bytes([number]) * size) for number, (name, size) in enumerate(WASTE.items())]
    (tmp_path / "image.tar").write_bytes(docker_archive([layer(*files)], flavour="old"))
    lines, document = reports(str(tmp_path / "image.tar"), tmp_path)
    small = document["plan"]["steps"][8:]
    assert len(small) > 1
    last = rows_below(lines, "The plan")[-1]
    assert last[0] == kilobytes(sum(step["saves_bytes"] for step in small))
    assert last[1] == kilobytes(document["plan"]["predicted_stored_bytes"])
    assert last[4] == f"{len(small)} smaller steps"


@pytest.mark.parametrize("image", IMAGES)
def test_every_candidate_with_its_verdict_and_its_condition(image: str, tmp_path: Path) -> None:
    lines, document = reports(image, tmp_path)
    base = document["base"]
    rows = [row for row in rows_below(lines, "Instead of today's base") if len(row) > 3]
    assert [row[:4] for row in rows] == [
        [
            item["reference"],
            kilobytes(item["saves_bytes"]),
            kilobytes(item["predicted_stored_bytes"]),
            item["verdict"],
        ]
        for item in base["candidates"]
    ]
    assert f"    {base['recommended']['dockerfile_from']}" in lines


def test_a_condition_that_only_the_owner_can_rule_out_is_told_beside_the_verdict(tmp_path: Path) -> None:
    lines, _ = reports("wheelhouse.docker.tar", tmp_path)
    [row] = [line for line in lines if re.match(r"ubuntu:22\.04 .* conditional ", line)]
    assert "The workload may need libcudart.so.12" in row
