"""What real package managers wrote, told apart: owners by their own lists, caches beside environments."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from tests.engine.real_tools import (
    SITE,
    apt_install,
    make_deb,
    make_repository,
    make_wheel,
    noise,
    pip_install,
    tar_of,
)
from tests.engine.tools import EngineImages, call

pytestmark = pytest.mark.engine

WHEELS = {
    "alpha": {
        "alpha/__init__.py": b"x = 1\n",
        "alpha/data.bin": noise(1, 90_000),
        "alpha-1.0.data/scripts/run": b"#!x",
    },
    "beta": {"beta/__init__.py": b"y = 2\n", "beta/comma, and quote.bin": noise(2, 50_000)},
}
DEBS = {
    "noise": {"usr/bin/noise": noise(3, 70_000), "usr/share/doc/noise/copyright": b"free\n" * 100},
    "libnoise": {"usr/lib/libnoise.so.1": noise(4, 110_000), "etc/noise.conf": b"loud = no\n"},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a folder with pip, apt and dpkg."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "wheels").mkdir()
    for name, files in WHEELS.items():
        make_wheel(folder / "wheels", name, files)
    for name, files in DEBS.items():
        make_deb(folder / "debs", name, files)
    make_repository(folder / "debs")
    apt_install(folder / "root", folder / "debs", *DEBS)
    pip_install(folder / "root", folder / "wheels", *WHEELS)
    return folder / "root"


@pytest.fixture(scope="module")
def analysis(root: Path, engine_images: EngineImages) -> Analysis:
    """Analyze the folder as an image."""
    return analyze(root, engine_images)


def analyze(root: Path, engine_images: EngineImages) -> Analysis:
    name = engine_images.from_tar(tar_of(root), engine_images.name("real"))
    return layerscope.analyze(f"docker:{name}", pull="never")


def package_bytes(analysis: Analysis, manager: str) -> dict[str, int]:
    totals = analysis.package_totals
    return {total.package.name: total.live_bytes for total in totals if total.package.manager == manager}


def size_of(paths: Iterable[Path]) -> int:
    """Add up the files among some paths, each content once."""
    found = {(status.st_dev, status.st_ino): status.st_size for path in paths if (status := file_status(path))}
    return sum(found.values())


def file_status(path: Path):
    return path.lstat() if path.is_file() and not path.is_symlink() else None


def recorded(site: Path, name: str) -> list[Path]:
    """List what a distribution's RECORD names."""
    lines = (site / f"{name}-1.0.dist-info/RECORD").read_text(encoding="utf-8").splitlines()
    return [site / line[0] for line in csv.reader(lines)]


def test_debian_packages_have_the_bytes_that_dpkg_lists(root: Path, analysis: Analysis) -> None:
    lists = {name: call("dpkg-query", f"--admindir={root / 'var/lib/dpkg'}", "-L", name).decode() for name in DEBS}
    expected = {name: size_of(root / path[1:] for path in text.splitlines()) for name, text in lists.items()}
    assert expected == {name: sum(map(len, files.values())) for name, files in DEBS.items()}
    assert package_bytes(analysis, "dpkg") == expected


def test_python_packages_have_the_bytes_that_record_lists(root: Path, analysis: Analysis) -> None:
    expected = {name: size_of(recorded(root / SITE, name)) for name in WHEELS}
    assert expected["alpha"] > 90_000
    assert package_bytes(analysis, "python") == expected


def test_next_to_nothing_is_unowned(root: Path, analysis: Analysis) -> None:
    stored_bytes = {total.detector.id: total.stored_bytes for total in analysis.category_totals}
    assert sum(stored_bytes.values()) == size_of(root.rglob("*"))
    assert stored_bytes.get("unowned", 0) < 0.02 * sum(stored_bytes.values())


@pytest.mark.parametrize(
    ("rule", "folder"),
    [("pip-cache", "root/.cache/pip"), ("apt-lists", "var/lib/apt/lists"), ("apt-archives", "var/cache/apt")],
)
def test_caches_are_promised_whole(root: Path, analysis: Analysis, rule: str, folder: str) -> None:
    expected = size_of((root / folder).rglob("*"))
    assert expected > 0
    assert promised_bytes(analysis, rule) == expected


def promised_bytes(analysis: Analysis, rule: str) -> int:
    return sum(finding.reclaimable_bytes for finding in analysis.findings if finding.rule.id == rule)


@pytest.mark.large
def test_nothing_is_promised_that_an_environment_of_uv_keeps(engine_images: EngineImages, tmp_path: Path) -> None:
    """uv links an environment's files to its cache: only what has no other name goes with the cache."""
    make_wheel(tmp_path, "alpha", WHEELS["alpha"])
    call(sys.executable, "-m", "pip", "install", "--quiet", "--target", tmp_path / "tool", "uv")
    uv, root = tmp_path / "tool/bin/uv", tmp_path / "root"
    cache = {"UV_CACHE_DIR": str(root / "root/.cache/uv"), "UV_LINK_MODE": "hardlink"}
    call(str(uv), "venv", root / "opt/venv", env=cache)
    target = ("--python", root / "opt/venv/bin/python", "--no-index", "--find-links", tmp_path)
    call(str(uv), "pip", "install", *target, "alpha", env=cache)
    files = [path for path in (root / "root/.cache/uv").rglob("*") if file_status(path)]
    alone = [path for path in files if path.stat().st_nlink == 1]
    assert size_of(files) > size_of(alone) + 90_000
    assert promised_bytes(analyze(root, engine_images), "uv-cache") == size_of(alone)


@pytest.mark.large
def test_nothing_is_promised_that_an_environment_of_conda_keeps(engine_images: EngineImages, tmp_path: Path) -> None:
    """The same with a conda package that rattler unpacked into its cache and linked from there."""
    call(sys.executable, "-m", "venv", tmp_path / "tool")
    python, root = str(tmp_path / "tool/bin/python"), tmp_path / "root"
    call(python, "-m", "pip", "install", "--quiet", "py-rattler")
    (tmp_path / "install.py").write_text(INSTALL, encoding="utf-8")
    content = noise(5, 400_000).hex()
    made = json.dumps({"channel": str(tmp_path / "channel"), "prefix": str(root / "opt/conda"), "content": content})
    done = subprocess.run(
        [python, tmp_path / "install.py"],
        input=made.encode(),
        env={"HOME": str(root / "root"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    analysis = analyze(root, engine_images)
    assert (root / "opt/conda/lib/data.bin").stat().st_nlink == 2
    assert package_bytes(analysis, "conda") == {"thing": 400_000}
    cached = (root / "root/.cache/rattler").rglob("*")
    alone = size_of(path for path in cached if file_status(path) and path.stat().st_nlink == 1)
    assert promised_bytes(analysis, "conda-pkgs") == alone


# Makes a package and a channel of it, and installs it: what `conda create` does, with the library that pixi uses.
INSTALL = """
import asyncio, hashlib, io, json, pathlib, sys, tarfile
from rattler import Channel, Platform, install, solve
from rattler.index import index_fs

made = json.load(sys.stdin)
channel, content = pathlib.Path(made["channel"]), bytes.fromhex(made["content"])
index = {"name": "thing", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
entry = {"_path": "lib/data.bin", "path_type": "hardlink", "size_in_bytes": len(content)}
entry["sha256"] = hashlib.sha256(content).hexdigest()
members = {
    "info/index.json": json.dumps(index | {"noarch": "generic"}).encode(),
    "info/paths.json": json.dumps({"paths": [entry], "paths_version": 1}).encode(),
    "info/files": b"lib/data.bin\\n",
    "info/about.json": json.dumps({"summary": "x" * 5_000}).encode(),
    "lib/data.bin": content,
}
(channel / "noarch").mkdir(parents=True)
with tarfile.open(channel / "noarch/thing-1.0-0.tar.bz2", "w:bz2") as archive:
    for name, data in members.items():
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o644
        archive.addfile(info, io.BytesIO(data))

async def main():
    await index_fs(channel)
    records = await solve([Channel(channel.as_uri())], ["thing"], platforms=[Platform("noarch")])
    await install(records=records, target_prefix=made["prefix"], show_progress=False)

asyncio.run(main())
"""
