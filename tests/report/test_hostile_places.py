"""Text that would act, in every place of an image that has text: none of it is active in any report or message."""

import json
from pathlib import Path

import pytest

from layerscope.report.formats import FORMATS
from tests.cli.run import layerscope
from tests.images import config, file, hardlink, layer, symlink
from tests.report.test_hostile_names import ACTIVE

EVIL = "\x1b]0;t\x07\x9b31m\u202e<script>x</script>\n::error::x|`[a](http://e.example)"
SITE = "usr/lib/python3/dist-packages"
STATUS = f"Package: a\nStatus: install ok installed\nVersion: 1{EVIL[:8]}\nArchitecture: x\u202e\n\n"
CONDA = {"name": f"n{EVIL}", "version": f"1{EVIL}", "build": EVIL, "files": [f"x{EVIL}"], "link": {"source": EVIL}}
SAFETENSORS = json.dumps(
    {"__metadata__": {"format": EVIL}, f"w{EVIL}": {"dtype": EVIL, "shape": [1], "data_offsets": [0, 4]}}
)
FILES = {
    "etc/os-release": f'ID="{EVIL[:9]}"\nVERSION_ID="1\u202e"\nPRETTY_NAME="P\x1b[1m"\n',
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/a.list": f"/opt/{EVIL[:20]}\n",
    f"{SITE}/d-1.dist-info/METADATA": f"Name: d{EVIL[:9]}\nVersion: 1{EVIL[:9]}\n",
    f"{SITE}/d-1.dist-info/RECORD": f'"d/{EVIL}",,\n',
    f"{SITE}/d-1.dist-info/direct_url.json": json.dumps({"url": f"file:///{EVIL}", "dir_info": {"editable": True}}),
    "opt/conda/conda-meta/n.json": json.dumps(CONDA),
    "app/main.py": f"import torch\n# {EVIL}\ntorch.compile(x)\n",
    "models/m.safetensors": len(SAFETENSORS).to_bytes(8, "little").decode("latin-1") + SAFETENSORS + "xxxx",
    f"root/.cache/pip/http/{EVIL[:12]}": "c" * 300_000,
    f"opt/{EVIL.replace('/', '-')}": "x" * 40_000,
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A docker archive in which everything that may be a text is one."""
    items = [file(path, text.encode("utf-8", "surrogateescape")) for path, text in FILES.items()]
    links = [symlink(f"l{EVIL.replace('/', '-')}", EVIL), hardlink(f"h{EVIL.replace('/', '-')}", f"no{EVIL}")]
    first, second = layer(*items, *links), layer(*items[-2:])
    history: list[dict[str, object]] = [
        {"created_by": f"RUN {EVIL} pip install x", "comment": EVIL, "author": EVIL, "created": "2024-01-01T00:00:00Z"},
        {"created_by": f"COPY {EVIL} /{EVIL}", "comment": "buildkit.dockerfile.v0"},
        {"created_by": f"ENV {EVIL}", "empty_layer": True},
    ]
    document = config(
        [first, second],
        history,
        author=EVIL,
        variant=EVIL,
        env=[f"CUDA_VERSION=12.4.1{EVIL}", f"{EVIL}={EVIL}"],
        labels={f"k{EVIL}": EVIL, "maintainer": EVIL, "org.opencontainers.image.base.name": f"nvidia/cuda:{EVIL}"},
        cmd=[EVIL],
        entrypoint=["python3", EVIL],
        user=EVIL,
        working_dir=f"/{EVIL}",
        exposed_ports={EVIL: {}},
        volumes={f"/{EVIL}": {}},
    )
    manifest = [{"Config": f"c{EVIL}", "RepoTags": [f"name{EVIL}:tag"], "Layers": [f"1{EVIL}.tar", f"2{EVIL}.tar"]}]
    members = [
        file(f"1{EVIL}.tar", first),
        file(f"2{EVIL}.tar", second),
        file(f"c{EVIL}", document),
        file("manifest.json", json.dumps(manifest).encode()),
    ]
    path = tmp_path_factory.mktemp("places") / "image.tar"
    path.write_bytes(layer(*members))
    return str(path)


def active(text: bytes) -> list[str]:
    return ACTIVE.findall(text.decode("utf-8"))


@pytest.mark.parametrize("name", [*(item.id for item in FORMATS if item.id != "patch"), "ncdu-layer-0"])
def test_no_report_is_active(image: str, name: str) -> None:
    done = layerscope("analyze", image, "--report", f"{name}=-", "--no-config")
    assert done.returncode == 0, done.stderr
    assert active(done.stdout) == []
    assert active(done.stderr) == []
    if name not in {"csv", "json"}:
        assert b"\n::error::x" not in done.stdout
    if name == "html":
        assert b"<script>x" not in done.stdout


@pytest.mark.parametrize("options", [(), ("--plain",), ("--device-code",), ("--purpose", "dev")])
def test_no_text_is_active(image: str, options: tuple[str, ...]) -> None:
    done = layerscope("analyze", image, "--no-config", *options)
    assert done.returncode == 0, done.stderr
    assert active(done.stdout) == []
    assert active(done.stderr) == []
    assert b"\n::error::x" not in done.stdout


def test_a_saved_analysis_is_as_harmless(image: str, tmp_path: Path) -> None:
    path = tmp_path / "saved.lsa"
    assert layerscope("analyze", image, "--save", str(path), "-q", "--no-config").returncode == 0
    for options in ((), ("--to", "md"), ("--to", "github")):
        done = layerscope("render", str(path), *options)
        assert done.returncode == 0
        assert active(done.stdout + done.stderr) == []


@pytest.mark.parametrize("where", [":no\x1b[1mtag", ":x\u202e"])
def test_no_message_is_active(image: str, where: str) -> None:
    done = layerscope("analyze", image + where, "--no-config")
    assert done.returncode == 3
    assert active(done.stderr) == []
    assert done.stderr.count(b"\n") == 1
