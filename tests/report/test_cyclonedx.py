"""CycloneDX, against the strict validator of its project and the package databases as other libraries read them."""

import io
import json
import tarfile
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from debian_inspector.debcon import get_paragraphs_data
from packageurl import PackageURL
from packaging.utils import canonicalize_name

import layerscope
from layerscope.index.owners import Package
from layerscope.probes.os_release import OsRelease
from layerscope.report.cyclonedx import render_cyclonedx
from layerscope.report.purl import package_purl
from tests.images import file, whiteout
from tests.report.images import analysis_of, hostile_image

ARCHIVES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.tar"))
SYSTEM = OsRelease("rocky", "9.3", "", "", "")


def bom_of(analysis: layerscope.Analysis) -> dict[str, Any]:
    content = render_cyclonedx(analysis).decode("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(content) is None
    bom: dict[str, Any] = json.loads(content)
    return bom


def properties(of: dict[str, Any]) -> dict[str, str]:
    return {item["name"].removeprefix("layerscope:"): item["value"] for item in of["properties"]}


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_samples_are_valid_and_add_up(archive: Path) -> None:
    analysis = layerscope.analyze(str(archive))
    bom = bom_of(analysis)
    image = properties(bom["metadata"]["component"])
    packages = [properties(item) for item in bom.get("components", [])]
    listed_bytes = sum(int(item["stored_bytes"]) for item in packages)
    assert listed_bytes + int(image["no_package_bytes"]) == int(image["stored_bytes"]) == analysis.index.stored_bytes
    assert "timestamp" not in bom["metadata"]


def files_of(archive: Path) -> dict[str, bytes]:
    """The files and links of an image's final root file system."""
    files: dict[str, bytes] = {}
    with tarfile.open(archive) as image:
        manifest = json.loads(_content(image, "manifest.json"))
        for name in manifest[0]["Layers"]:
            with tarfile.open(fileobj=io.BytesIO(_content(image, name))) as tar:
                layer = {
                    member.name: _content(tar, member) if member.isreg() else b""
                    for member in tar
                    if not member.isdir()
                }
            for path in [path for path in layer if "/.wh." in f"/{path}"]:
                gone = path.replace(".wh.", "")
                files = {path: files[path] for path in files if path != gone and not path.startswith(f"{gone}/")}
                del layer[path]
            files |= layer
    return files


def test_packages_are_those_of_the_databases() -> None:
    """Every package with a file of its own, by dpkg's status and lists and the wheels' own metadata."""
    archive = next(path for path in ARCHIVES if path.name == "naive-devel.docker.tar")
    files = files_of(archive)
    status = files["var/lib/dpkg/status"].decode()
    lists = {
        Path(path).stem.partition(":")[0]: {
            line.removeprefix("/").removeprefix("usr/") for line in content.decode().split("\n")
        }
        for path, content in files.items()
        if path.startswith("var/lib/dpkg/info/")
    }
    # /lib is a link to /usr/lib, and lists name files by either.
    names = {path.removeprefix("usr/") for path in files}
    with_files = {package for package, listed in lists.items() if listed & names}
    packages = [item for item in get_paragraphs_data(status) if item["package"] in with_files]
    expected = {("deb", item["package"], item["version"]) for item in packages}
    for path, content in files.items():
        if path.endswith(".dist-info/METADATA"):
            metadata = BytesParser().parsebytes(content)
            expected.add(("pypi", canonicalize_name(metadata["Name"]), metadata["Version"]))
    found = [
        PackageURL.from_string(item["purl"])
        for item in bom_of(layerscope.analyze(str(archive)))["components"]
        if "scope" not in item
    ]
    assert {(purl.type, purl.name, purl.version) for purl in found} == expected
    assert {(purl.namespace, purl.qualifiers["distro"]) for purl in found if purl.type == "deb"} == {
        ("ubuntu", "ubuntu-22.04")
    }


@pytest.mark.parametrize(
    ("package", "purl"),
    [
        (Package("dpkg", "libstdc++6", "12.2.0-14"), "pkg:deb/rocky/libstdc%2B%2B6@12.2.0-14?distro=rocky-9.3"),
        (Package("rpm", "bash", "1:5.1.8-9.el9"), "pkg:rpm/rocky/bash@5.1.8-9.el9?distro=rocky-9.3&epoch=1"),
        (Package("apk", "musl", "1.2.4-r2"), "pkg:apk/rocky/musl@1.2.4-r2?distro=rocky-9.3"),
        (Package("python", "Typing_Extensions", "4.9"), "pkg:pypi/typing-extensions@4.9"),
        (Package("conda", "pytorch", "2.5.1"), "pkg:conda/pytorch@2.5.1"),
        (Package("dpkg", "zlib1g", "unknown"), "pkg:deb/rocky/zlib1g?distro=rocky-9.3"),
        (Package("dpkg", "a\u202eb", "1"), None),
        (Package("dpkg", "", "1"), None),
    ],
)
def test_purls(package: Package, purl: str | None) -> None:
    """As the types' definitions of the purl specification have them."""
    made = package_purl(package, SYSTEM)
    assert (made.to_string() if made else None) == purl


def test_a_package_that_is_gone_is_excluded(tmp_path: Path) -> None:
    folder = "usr/lib/python3/dist-packages"
    files = [
        file(f"{folder}/a-{version}.dist-info/METADATA", f"Name: a\nVersion: {version}\n".encode())
        for version in ("1", "2")
    ]
    records = [
        file(f"{folder}/a-{version}.dist-info/RECORD", f"a.py,,\na-{version}.dist-info/METADATA,,\n".encode())
        for version in ("1", "2")
    ]
    analysis = analysis_of(
        tmp_path,
        [files[0], records[0], file(f"{folder}/a.py", b"1" * 10)],
        [whiteout(f"{folder}/a-1.dist-info"), files[1], records[1], file(f"{folder}/a.py", b"2" * 20)],
    )
    components = {item["version"]: item for item in bom_of(analysis)["components"]}
    assert {version: item.get("scope") for version, item in components.items()} == {"1": "excluded", "2": None}
    assert [properties(item)["layers"] for item in components.values()] == ["0", "1"]


def test_hostile_names_are_valid_and_printable(tmp_path: Path) -> None:
    bom = bom_of(hostile_image(tmp_path))
    texts = [text for item in bom["components"] for text in (item["name"], item.get("version", ""), item["bom-ref"])]
    assert len(bom["components"]) > 10
    assert [text for text in texts if not text.isprintable()] == []
    assert len({item["bom-ref"] for item in bom["components"]}) == len(bom["components"])


def test_a_long_list_is_capped_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layerscope.report.cyclonedx._LIMIT", 3)
    analysis = hostile_image(tmp_path)
    bom = bom_of(analysis)
    assert len(bom["components"]) == 3
    assert int(properties(bom)["not_listed"]) == len(analysis.package_totals) - 3


def _content(archive: tarfile.TarFile, member: str | tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read()
