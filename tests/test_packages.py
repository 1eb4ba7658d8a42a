"""Owners by each manager's own words, over several layers; real dpkg as the judge of bytes and diversions."""

import json
import lzma
import shutil
import subprocess
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from layerscope.index.file_index import FileIndex
from layerscope.index.owners import UNOWNED, assign_owners
from layerscope.packages import file_lists
from layerscope.packages.dpkg import auto_installed, installed_packages
from layerscope.packages.python import python_distributions
from layerscope.probes import apk, apt_extended_states, conda, dpkg, python_dist, rpm
from layerscope.probes.apt_extended_states import AutoInstalled
from tests.images import Item, directory, file, hardlink, symlink, whiteout
from tests.indexing import index_of

PROBES = (
    *dpkg.PROBES, *apt_extended_states.PROBES, *apk.PROBES, *rpm.PROBES, *conda.PROBES, *python_dist.PROBES
)  # fmt: skip
DATA = Path(__file__).parent / "probes" / "data"
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is the judge, and is not here")


def scanned(*layers: list[Item]) -> FileIndex:
    return index_of(layers, probes=PROBES)


def owned(*layers: list[Item]) -> dict[tuple[str, int], str]:
    """The owner of each file by path and layer, as `manager:name=version`; databases have none."""
    index = scanned(*layers)
    owners = assign_owners(index, file_lists(index))
    found = {}
    for row, number in enumerate(owners.of_rows.tolist()):
        if number != UNOWNED:
            package = owners.packages[number]
            key = (index.path(row).decode(), int(index.layers[row]))
            found[key] = f"{package.manager}:{package.name}={package.version}"
    return found


def status(**versions: str) -> Item:
    paragraphs = (f"Package: {n}\nStatus: install ok installed\nVersion: {v}\n\n" for n, v in versions.items())
    return file("var/lib/dpkg/status", "".join(paragraphs).encode())


def listing(name: str, *paths: str) -> Item:
    return file(f"var/lib/dpkg/info/{name}.list", "".join(f"/{path}\n" for path in (".", *paths)).encode())


def diversions(*triples: tuple[str, str, str]) -> Item:
    lines = (f"{line}\n" for triple in triples for line in triple)
    return file("var/lib/dpkg/diversions", "".join(lines).encode())


SH = ("/bin/sh", "/bin/sh.distrib", "dash")


def test_a_diverted_file_has_its_package_s_name() -> None:
    items = [
        status(bash="1", dash="2"),
        listing("bash", "bin/sh"),
        listing("dash", "bin/sh"),
        diversions(SH),
        file("bin/sh", b"dash"),
        file("bin/sh.distrib", b"bash"),
    ]
    assert owned(items) == {("bin/sh", 0): "dpkg:dash=2", ("bin/sh.distrib", 0): "dpkg:bash=1"}


def test_a_diversion_younger_than_the_list() -> None:
    one = [status(bash="1"), listing("bash", "bin/sh"), file("bin/sh", b"bash")]
    two = [
        status(bash="1", dash="2"),
        listing("dash", "bin/sh"),
        diversions(SH),
        file("bin/sh", b"dash"),
        file("bin/sh.distrib", b"bash"),
    ]
    three = [
        status(bash="1"),
        diversions(),
        whiteout("var/lib/dpkg/info/dash.list"),
        whiteout("bin/sh.distrib"),
        file("bin/sh", b"bash"),
    ]
    assert owned(one, two) == {
        ("bin/sh", 0): "dpkg:bash=1",
        ("bin/sh", 1): "dpkg:dash=2",
        ("bin/sh.distrib", 1): "dpkg:bash=1",
    }
    assert owned(one, two, three)[("bin/sh", 2)] == "dpkg:bash=1"


def test_a_local_diversion_leaves_the_path_to_nobody() -> None:
    one = [status(init="1"), listing("init", "sbin/initctl"), file("sbin/initctl", b"real")]
    two = [
        diversions(("/sbin/initctl", "/sbin/initctl.real", ":")),
        file("sbin/initctl", b"mine"),
        file("sbin/initctl.real", b"real"),
    ]
    expected = {("sbin/initctl", 0): "dpkg:init=1", ("sbin/initctl.real", 1): "dpkg:init=1"}
    assert owned(one, two) == expected
    upgrade = [status(init="2"), listing("init", "sbin/initctl"), file("sbin/initctl.real", b"newer")]
    assert owned(one, two, upgrade) == expected | {("sbin/initctl.real", 2): "dpkg:init=2"}


def test_versions_are_those_of_the_layer_that_brought_the_files() -> None:
    one = [status(a="1", b="1"), *(listing(n, f"usr/{n}") for n in "ab"), file("usr/a", b"1"), file("usr/b", b"1")]
    two = [status(a="1", b="1", c="1"), listing("c", "usr/c"), file("usr/c", b"1")]
    three = [status(a="2", b="1", c="1"), listing("a", "usr/a"), file("usr/a", b"2"), file("usr/b", b"1", mode=0o700)]
    assert owned(one, two, three) == {
        ("usr/a", 0): "dpkg:a=1",
        ("usr/b", 0): "dpkg:b=1",
        ("usr/c", 1): "dpkg:c=1",
        ("usr/a", 2): "dpkg:a=2",
        ("usr/b", 2): "dpkg:b=1",
    }


def test_distroless_packages_own_what_their_checksums_name() -> None:
    one = [
        file("var/lib/dpkg/status.d/libssl3t64", b"Package: libssl3\nVersion: 3.0\n"),
        file("var/lib/dpkg/status.d/libssl3t64.md5sums", b"0" * 32 + b"  lib/libssl.so.3\n"),
        symlink("lib", "usr/lib"),
        file("usr/lib/libssl.so.3", b"ssl"),
    ]
    two = [
        file("var/lib/dpkg/status.d/tzdata", b"Package: tzdata\nVersion: 2026a\n"),
        file("var/lib/dpkg/status.d/tzdata.md5sums", b"0" * 32 + b"  usr/share/zoneinfo/UTC\n"),
        file("usr/share/zoneinfo/UTC", b"utc"),
    ]
    owners = {("usr/lib/libssl.so.3", 0): "dpkg:libssl3=3.0", ("usr/share/zoneinfo/UTC", 1): "dpkg:tzdata=2026a"}
    assert owned(one, two) == owners


def test_what_is_installed_in_the_end() -> None:
    states = b"Package: b\nArchitecture: amd64\nAuto-Installed: 1\n"
    one = [status(a="1", b="1"), file("var/lib/apt/extended_states", b"Package: a\nAuto-Installed: 1\n")]
    index = scanned(one, [status(b="2"), file("var/lib/apt/extended_states", states)])
    assert installed_packages(index) == (dpkg.DpkgPackage("b", "", "2"),)
    assert auto_installed(index) == (AutoInstalled("b", "amd64"),)
    assert auto_installed(scanned([status(a="1")])) is None


def apk_database(**packages: str) -> Item:
    text = "".join(f"P:{name}\nV:{version}\nF:bin\nR:{name}\n\n" for name, version in packages.items())
    return file("lib/apk/db/installed", text.encode())


def test_apk() -> None:
    one = [apk_database(a="1", b="1"), file("bin/a", b"1"), file("bin/b", b"1")]
    two = [apk_database(a="2", c="1"), file("bin/a", b"2"), whiteout("bin/b"), file("bin/c", b"1")]
    assert owned(one, two, [file("bin/b", b"mine")]) == {
        ("bin/a", 0): "apk:a=1",
        ("bin/b", 0): "apk:b=1",
        ("bin/a", 1): "apk:a=2",
        ("bin/c", 1): "apk:c=1",
    }


def test_rpm() -> None:
    database = lzma.decompress((DATA / "rpmdb.sqlite.xz").read_bytes())
    items = [
        symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
        file("usr/lib/sysimage/rpm/rpmdb.sqlite", database),
        file("usr/share/alpha/one", b"one"),
        file("etc/beta.conf", b"x=1\n"),
        file("usr/share/doc/beta/README", b"put there by hand"),
    ]
    assert owned(items) == {
        ("usr/share/alpha/one", 0): "rpm:alpha=2:1.5-3",
        ("etc/beta.conf", 0): "rpm:beta=0.9~rc1-3",
    }


def test_conda_environments_and_their_cache() -> None:
    record = json.dumps({"name": "tiny", "version": "1.2", "files": ["lib/a", "lib/b"]}).encode()
    items = [
        file("opt/conda/pkgs/tiny-1.2/lib/a", b"aa"),
        file("opt/conda/pkgs/tiny-1.2/info", b"info"),
        file("opt/conda/envs/x/conda-meta/tiny-1.2.json", record),
        hardlink("opt/conda/envs/x/lib/a", "opt/conda/pkgs/tiny-1.2/lib/a"),
        file("opt/conda/envs/x/lib/b", b"b"),
        file("opt/conda/lib/a", b"base"),
    ]
    assert set(owned(items)) == {
        ("opt/conda/pkgs/tiny-1.2/lib/a", 0),
        ("opt/conda/envs/x/lib/a", 0),
        ("opt/conda/envs/x/lib/b", 0),
    }


@pytest.mark.parametrize("name", ["a.dist-info/RECORD", "conda-meta/a.json"])
def test_a_folder_that_would_fill_the_memory_lists_nothing(name: str) -> None:
    lines = [f"{number}" for number in range(50_000)]
    record = json.dumps({"name": "a", "version": "1", "files": lines})
    content = (record if name.endswith(".json") else "\n".join(f"{line},," for line in lines)).encode()
    counts = []
    for folder in ("short", "x" * 1_000_000):
        index = index_of([[file(f"{folder}/{name}", content)]], probes=[*python_dist.PROBES, *conda.PROBES])
        counts += [len(entry.paths) for entry in file_lists(index)]
    assert counts == [50_000, 0]


def test_python_distributions_and_how_they_came() -> None:
    info, egg, single = "s/a-1.dist-info", "s/b-2-py3.12.egg-info", "s/c-3.egg-info"
    one = [
        file(f"{info}/METADATA", b"Name: a\nVersion: 1\n"),
        file(f"{info}/RECORD", b"a.py,,\n"),
        file(f"{info}/INSTALLER", b"pip\n"),
        file(f"{info}/REQUESTED"),
        file(f"{info}/direct_url.json", b'{"url": "file:///src/a", "dir_info": {"editable": true}}'),
        file("s/a.py", b"a"),
    ]
    two = [
        file(f"{egg}/installed-files.txt", b"../b.py\nPKG-INFO\n"),
        file(f"{egg}/PKG-INFO", b"Name: b\nVersion: 2\n"),
        file("s/b.py", b"b"),
        file(single, b"Name: c\nVersion: 3\n"),
        file("s/c.py", b"c"),
        file("s/d-4.dist-info/METADATA", b"Name: d\nVersion: 4\n"),
    ]
    layers = one, two, [whiteout("s/d-4.dist-info")]
    assert {key: owner for key, owner in owned(*layers).items() if key[0].endswith(".py")} == {
        ("s/a.py", 0): "python:a=1",
        ("s/b.py", 1): "python:b=2",
    }
    found = python_distributions(scanned(*layers))
    assert [(one.package.name, one.folder.decode(), one.installer, one.is_requested, one.source) for one in found] == [
        ("a", info, "pip", True, python_dist.PythonSource("file:///src/a", True)),
        ("b", egg, "", False, None),
        ("c", single, "", False, None),
    ]


def build_package(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    root = folder / name
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: m <m@example.org>\nDescription: d\n"
    )
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    subprocess.run(["dpkg-deb", "--build", str(root), f"{root}.deb"], check=True, capture_output=True)
    return Path(f"{root}.deb")


def as_items(root: Path) -> list[Item]:
    items = []
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        items.append(directory(name) if path.is_dir() else file(name, path.read_bytes()))
    return items


@needs_dpkg
def test_bytes_of_packages_are_those_of_the_files_that_dpkg_lists(tmp_path: Path) -> None:
    """dpkg installs and diverts in a root of its own, and says with `--listfiles` where each file is."""
    root = tmp_path / "root"
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    (root / "var/lib/dpkg/status").touch()
    tools = ["--root", str(root), "--force-not-root", "--force-script-chrootless", "--log=/dev/null"]
    one = build_package(tmp_path, "one", {"usr/bin/tool": b"first tool", "usr/share/one/data": bytes(5_000)})
    two = build_package(tmp_path, "two", {"usr/bin/tool": b"second", "opt/two/with space": bytes(777)})
    subprocess.run(["dpkg", *tools, "--install", str(one)], check=True, capture_output=True)
    admin = f"--admindir={root}/var/lib/dpkg"
    divert = ["dpkg-divert", admin, "--instdir", str(root), "--package", "two", "--divert", "/usr/bin/tool.one"]
    subprocess.run([*divert, "--rename", "--add", "/usr/bin/tool"], check=True, capture_output=True)
    subprocess.run(["dpkg", *tools, "--install", str(two)], check=True, capture_output=True)
    (root / "usr/bin/mine").write_bytes(b"nobody's")

    expected = {}
    for name in ("one", "two"):
        done = subprocess.run(["dpkg-query", admin, "--listfiles", name], check=True, capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("package diverts others")]
        diverted = {before for before, line in pairwise(lines) if line.startswith("diverted by")}
        paths = [line.rpartition(" to: ")[2] if " to: " in line else line for line in lines if line not in diverted]
        files = [root / path[1:] for path in paths if (root / path[1:]).is_file()]
        words = subprocess.run(["du", "-cb", *map(str, files)], check=True, capture_output=True, text=True).stdout
        expected[name] = int(words.splitlines()[-1].split()[0])

    index = scanned(as_items(root))
    owners = assign_owners(index, file_lists(index))
    sums: dict[str, int] = defaultdict(int)
    for row, number in enumerate(owners.of_rows.tolist()):
        if number != UNOWNED:
            sums[owners.packages[number].name] += int(index.sizes[row])
    assert sums == expected == {"one": 5_010, "two": 783}
