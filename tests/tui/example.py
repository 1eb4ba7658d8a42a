"""A small image that has something for every screen, its sizes chosen so that sums tell what they are made of."""

import json
import struct
from pathlib import Path

from tests.images import Item, docker_archive, file, layer, whiteout
from tests.probes.elf_images import ALLOC, SONAME, Elf, Section

DATA = Path(__file__).parents[1] / "probes" / "data"
SYSTEM = "usr/local/cuda-12.4/targets/x86_64-linux/lib"
SITE = "usr/lib/python3/dist-packages"
CUBLAS_BYTES, CUFFT_BYTES, CUFFT_WHEEL_BYTES, TORCH_BYTES = 120_000, 90_000, 95_000, 150_000
PARAMETERS = 30_000
HOSTILE = "opt/[bold red]x[/]\x1b[2J\u202e.bin"
HOSTILE_SHOWN = "/opt/[bold red]x[/]\\x1b[2J\\u202e.bin"
HOSTILE_BYTES = 70_001
HISTORY = (
    "/bin/sh -c #(nop) ADD file:aa in / ",
    "RUN /bin/sh -c pip install torch # buildkit",
    "COPY model /models # buildkit",
    "RUN /bin/sh -c chmod -R a+r /models && rm -rf /opt/gone # buildkit",
)


def library(soname: str, size_bytes: int, *, build_id: bytes | None = None, fatbin: str | None = None) -> bytes:
    """A shared library of a size, with GPU code where a cut-out is named."""
    sections = [Section(b".nv_fatbin", (DATA / f"{fatbin}.fatbin").read_bytes(), flags=ALLOC)] if fatbin else []
    content = Elf(build_id=build_id, dynamic=[(SONAME, soname.encode())], sections=sections).build()
    return content + soname.encode()[-1:] * (size_bytes - len(content))


def safetensors() -> bytes:
    """A model of one tensor of 16-bit floats."""
    header = json.dumps({"w": {"dtype": "F16", "shape": [PARAMETERS], "data_offsets": [0, 2 * PARAMETERS]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(2 * PARAMETERS)


MODEL_BYTES = len(safetensors())
CUFFT_ID = b"\xcf" * 20


def _base() -> list[Item]:
    status = "Package: {}\nStatus: install ok installed\nVersion: 12.4.5.8-1\n\n"
    names = {"libcublas-12-4": f"{SYSTEM}/libcublas.so.12", "libcufft-12-4": f"{SYSTEM}/libcufft.so.11"}
    return [
        file("var/lib/dpkg/status", "".join(map(status.format, names)).encode()),
        *(file(f"var/lib/dpkg/info/{name}.list", f"/.\n/{path}\n".encode()) for name, path in names.items()),
        file(f"{SYSTEM}/libcublas.so.12", library("libcublas.so.12", CUBLAS_BYTES, fatbin="scale-none")),
        file(f"{SYSTEM}/libcufft.so.11", library("libcufft.so.11", CUFFT_BYTES, build_id=CUFFT_ID)),
    ]


def _wheels() -> list[Item]:
    cublas, torch = f"{SITE}/nvidia/cublas/lib/libcublas.so.12", f"{SITE}/torch/lib/libtorch_cuda.so"
    return [
        file(f"{SITE}/torch-2.5.1.dist-info/METADATA", b"Metadata-Version: 2.1\nName: torch\nVersion: 2.5.1\n"),
        file(f"{SITE}/torch-2.5.1.dist-info/RECORD", b"torch/lib/libtorch_cuda.so,,\n"),
        file(cublas, library("libcublas.so.12", CUBLAS_BYTES, fatbin="scale-none")),
        file(
            f"{SITE}/nvidia/cufft/lib/libcufft.so.11", library("libcufft.so.11", CUFFT_WHEEL_BYTES, build_id=CUFFT_ID)
        ),
        file(torch, library("libtorch_cuda.so", TORCH_BYTES, fatbin="scale-zstd")),
        file("root/.cache/pip/http/a", b"p" * 2_000_000),
        file("opt/gone/a", b"g" * 1_500_000),
        file("opt/gone/b", b"h" * 500_000),
        file(HOSTILE, b"e" * HOSTILE_BYTES),
    ]


def archive() -> bytes:
    """The image as a docker archive: a base, wheels, a model, and a step that writes the model again."""
    layers = [
        layer(*_base()),
        layer(*_wheels()),
        layer(file("models/model.safetensors", safetensors())),
        layer(file("models/model.safetensors", safetensors(), mode=0o444), whiteout("opt/gone")),
    ]
    return docker_archive(layers, flavour="modern", history=[{"created_by": step} for step in HISTORY])
