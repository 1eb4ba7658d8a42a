"""What mutations begin with: a file for each probe, layers that hold them, and archives of every form."""

import json
import lzma
import struct

from tests.images import (
    Compression,
    Flavour,
    Item,
    chardev,
    directory,
    docker_archive,
    fifo,
    file,
    hardlink,
    layer,
    oci_archive,
    oci_layout,
    opaque,
    symlink,
    whiteout,
)
from tests.probes.elf_images import Section, library
from tests.probes.fatbins import entry, fatbin
from tests.probes.test_conda import RECORD as CONDA
from tests.probes.test_model_gguf import STRING, header, text, value
from tests.probes.test_model_zip import KERAS, TENSORS, archive
from tests.probes.test_rpm import DATA

FLAVOURS: tuple[Flavour, ...] = ("old", "modern", "podman")
PACKED: tuple[Compression, ...] = ("gzip", "zstd")
SITE = "usr/lib/python3/dist-packages"
STATUS = (
    b"Package: libc6\nStatus: install ok installed\nVersion: 2.36\nArchitecture: amd64\nInstalled-Size: 12\n"
    b"Depends: libgcc-s1 (>= 12), a | b\nConffiles:\n /etc/x 0\n\nPackage: b\nStatus: deinstall ok config-files\n\n"
)
APK = b"P:musl\nV:1.2\nA:x86_64\nI:99\nF:lib\nR:libc.so\nZ:Q1abc=\n\nP:b\nV:1\n"
SAFETENSORS = json.dumps(
    {"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
)
_GGUF_VALUES = value(STRING, text(b"llama"), b"general.architecture") + value(4, bytes(4), b"n")
_GGUF_TENSOR = text(b"w") + struct.pack("<IQIQ", 1, 5, 0, 0)
_ELF = library(sections=[Section(b".text", b"x" * 64), Section(b".nv_fatbin", fatbin(entry()), flags=2)]).build()

INNER = {
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/libc6.list": b"/.\n/lib\n/lib/libc.so.6\n",
    "var/lib/dpkg/info/libc6.md5sums": b"0123456789abcdef0123456789abcdef  lib/libc.so.6\n",
    "var/lib/dpkg/diversions": b"/bin/sh\n/bin/sh.distrib\ndash\n",
    "var/lib/apt/extended_states": b"Package: b\nArchitecture: amd64\nAuto-Installed: 1\n\n",
    "lib/apk/db/installed": APK,
    "var/lib/rpm/rpmdb.sqlite": lzma.decompress((DATA / "rpmdb.sqlite.xz").read_bytes())[:40_960],
    "opt/conda/conda-meta/tiny-1.2-h0_0.json": CONDA,
    f"{SITE}/demo-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: demo\nVersion: 1\n\nlong\n",
    f"{SITE}/demo-1.dist-info/RECORD": b"demo/__init__.py,sha256=abc,10\n../../../bin/d,,\n",
    f"{SITE}/demo-1.dist-info/direct_url.json": b'{"url": "file:///x", "dir_info": {"editable": true}}',
    "etc/os-release": b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian \\"12\\""\n',
    "etc/ld.so.conf": b"include /etc/ld.so.conf.d/*.conf\n/opt/lib\n",
    f"{SITE}/demo-1.dist-info/INSTALLER": b"pip\n",
    "etc/ld-musl-x86_64.path": b"/lib:/usr/lib\n/opt/lib",
    "etc/ld.so.conf.d/a.conf": b"/usr/local/lib\n",
    "app/.env": b"API_TOKEN=abcdefgh1234\n",
    "root/.ssh/id_rsa": b"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
    "app/main.py": b"import torch\nfrom torch.utils import cpp_extension\n\ndef main():\n    torch.compile(x)\n",
    "usr/lib/libx.a": b"!<arch>\n" + b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (b"a.o/", 0, 0, 0, 0o644, 8) + b"\x7fELFxxxx",
    "usr/lib/libx.so": _ELF,
    "usr/bin/tool": _ELF[:4_096],
    "models/a.safetensors": struct.pack("<Q", len(SAFETENSORS)) + SAFETENSORS.encode() + bytes(8),
    "models/a.gguf": header(_GGUF_TENSOR, _GGUF_VALUES, counts=(1, 2)),
    "models/a.pt": archive(*TENSORS[:20]),
    "models/a.keras": archive(*KERAS),
    "models/a.onnx": b"\x08\x07\x12\x07pytorch:\x0a\x0a\x01x\x12\x01y",
    "models/a.npy": b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n",
    "usr/lib/libfat.so": _ELF + fatbin(entry(), entry(1)),
}


def _items(paths: list[str]) -> list[Item]:
    return [file(path, INNER[path], mode=0o755 if "/bin/" in path else 0o644) for path in paths]


_PATHS = list(INNER)
_ODD = [
    directory("d"),
    symlink("l", "usr/lib"),
    file("l/behind", b"b" * 100),
    hardlink("h", "etc/os-release"),
    hardlink("nowhere", "not/there"),
    chardev("null", 1, 3),
    chardev("white", 0, 0),
    fifo("pipe"),
    whiteout("d/gone"),
    opaque("models"),
    file(".wh."),
    file("x" * 200, b"long"),
    file("a/../../b", b"dots"),
    file("\udcff\n\x1b", b"bytes"),
]
LAYERS = (layer(*_items(_PATHS[:12])), layer(*_items(_PATHS[12:20]), *_ODD), layer(*_items(_PATHS[18:])))
SMALL_LAYERS = (layer(*_items(["etc/os-release", "var/lib/dpkg/status"]), *_ODD), layer(*_items(["etc/ld.so.conf"])))


def archives() -> dict[str, bytes]:
    """Archives of every form, small enough to be changed a few bytes at a time."""
    history = [{"created_by": f"RUN /bin/sh -c step {number} # buildkit"} for number in range(2)]
    docker = {name: docker_archive(SMALL_LAYERS, flavour=name, history=history) for name in FLAVOURS}
    packed = {how: oci_archive(oci_layout(SMALL_LAYERS, compression=how, history=history)) for how in PACKED}
    return {**{str(name): tar for name, tar in docker.items()}, **{str(how): tar for how, tar in packed.items()}}
