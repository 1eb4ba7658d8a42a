"""The sample images are what their script makes, small, and true to what their README says."""

import base64
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from sample_images import make_samples
from sample_images.recipes import archives
from sample_images.recipes.naive_devel import naive_devel
from sample_images.recipes.tidy_multistage import tidy_multistage
from sample_images.recipes.wheelhouse import wheelhouse

FOLDER = Path(make_samples.__file__).parent
ARCHIVE_LIMIT, TOTAL_LIMIT = 1_000_000, 3_000_000


def contents(archive):
    """The regular files of a tar, by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {m.name: stream.read() for m in opened if m.isreg() and (stream := opened.extractfile(m))}


def names(archive):
    """All members of a tar."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return opened.getnames()


@pytest.fixture(scope="module")
def built():
    return make_samples.build(FOLDER)


def test_script_says_that_the_files_are_up_to_date():
    command = [sys.executable, str(FOLDER / "make_samples.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_check_passes(built):
    assert make_samples.check(FOLDER, built) == []


def test_no_archive_is_left_over(built):
    assert {path.name for path in FOLDER.glob("*.tar")} == {name for name in built if name.endswith(".tar")}


def test_archives_are_small():
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.tar")}
    assert max(sizes.values()) < ARCHIVE_LIMIT
    assert sum(sizes.values()) < TOTAL_LIMIT


@pytest.mark.parametrize("name", ["naive-devel.docker.tar", "tidy-multistage.oci-none.tar", "expected.json"])
def test_check_finds_a_changed_byte(built, name):
    changed = bytearray(built[name])
    changed[len(changed) // 2] ^= 1
    assert not make_samples.same(name, bytes(changed), built[name])


def test_check_finds_a_missing_file(built, tmp_path):
    assert make_samples.check(tmp_path, built) == [f"{name}: missing" for name in built]


def test_check_lets_a_compressor_differ_but_not_the_content(monkeypatch):
    image = tidy_multistage()
    name = "tidy-multistage.oci-gzip.tar"
    wanted = archives.oci_gzip_archive(image)
    monkeypatch.setattr(archives, "GZIP_LEVEL", 1)
    packed_otherwise = archives.oci_gzip_archive(image)
    assert packed_otherwise != wanted
    assert make_samples.same(name, packed_otherwise, wanted)
    image.config["User"] = "0:0"
    assert not make_samples.same(name, archives.oci_gzip_archive(image), wanted)


def test_check_finds_a_damaged_blob(built):
    name = "tidy-multistage.oci-zstd.tar"
    damaged = bytearray(built[name])
    damaged[4096] ^= 1
    assert "wrong digest" in make_samples.unpacked(bytes(damaged))[0]
    assert not make_samples.same(name, bytes(damaged), built[name])


def test_readme_tables_have_the_expected_numbers():
    images = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["images"]
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = {}
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch("`[a-z_-]+`", cells[0]) and all(re.fullmatch("[0-9,]+", cell) for cell in cells[1:]):
            shown[cells[0].strip("`")] = [int(cell.replace(",", "")) for cell in cells[1:]]
    groups = ("superseded_bytes_by_cause", "stored_bytes_by_category")
    sizes = ("stored_bytes", "live_bytes", "superseded_bytes", "duplicate_bytes", "entries", "layers")
    wanted = {key: [image[key] for image in images.values()] for key in sizes}
    for group in groups:
        for key in images["naive-devel"][group]:
            wanted[key] = [image[group][key] for image in images.values()]
    assert shown == wanted


def test_expected_numbers_add_up():
    for image in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["images"].values():
        assert image["live_bytes"] + image["superseded_bytes"] == image["stored_bytes"]
        assert sum(image["superseded_bytes_by_cause"].values()) == image["superseded_bytes"]
        assert sum(image["stored_bytes_by_category"].values()) <= image["stored_bytes"]


@pytest.mark.parametrize("make", [naive_devel, tidy_multistage, wheelhouse])
def test_last_stage_of_the_dockerfile_is_the_history(make):
    image = make()
    dockerfile = (FOLDER / "dockerfiles" / f"{image.name}.Dockerfile").read_text(encoding="utf-8")
    runs = re.findall("^RUN (.*)$", dockerfile.rpartition("\nFROM ")[2], re.MULTILINE)
    created_by = [step["created_by"] for step in image.history]
    assert runs
    assert all(any(run in step for step in created_by) for run in runs)


@pytest.mark.parametrize("make", [naive_devel, tidy_multistage, wheelhouse])
def test_package_lists_name_every_file_of_the_packages(make):
    layers = [layer.tar for layer in make().layers]
    files = {f"/{name}" for layer in layers for name in names(layer)}
    lists = [text.decode() for layer in layers for name, text in contents(layer).items() if name.endswith(".list")]
    listed = {re.sub("^/(bin|sbin|lib|lib64)(?=/|$)", r"/usr/\1", path) for path in "".join(lists).split()} - {"/."}
    assert listed <= files
    packaged = re.compile("/usr/(bin|lib|share|include)/|/usr/local/cuda-|/opt/nvidia/nsight")
    unowned = {path for path in files - listed if packaged.match(path) and ".wh." not in path}
    assert {path for path in unowned if "__pycache__" not in path} == set()


def test_records_of_wheels_are_true():
    files = contents(tidy_multistage().layers[6].tar)
    records = {name: text.decode() for name, text in files.items() if name.endswith("/RECORD")}
    assert len(records) > 10
    for name, record in records.items():
        site = name.rsplit("/", 2)[0]
        for line in record.splitlines():
            path, digest, size = line.split(",")
            if digest:
                data = files[f"{site}/{path}"]
                assert int(size) == len(data)
                assert digest == f"sha256={record_hash(data)}"


def record_hash(data):
    return base64.urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")


def test_gzip_layers_are_reproducible(built):
    blobs = contents(built["tidy-multistage.oci-gzip.tar"]).values()
    packed = [blob for blob in blobs if blob.startswith(b"\x1f\x8b")]
    assert len(packed) == 9
    assert all(blob[4:8] == bytes(4) and gzip.decompress(blob) for blob in packed)
