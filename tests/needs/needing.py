"""What `find_needs` says of an image that is made of items: system CUDA, wheels with torch in them, an application."""

import json
import shutil
from collections.abc import Sequence

import pytest

from layerscope.classify import classify
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import assign_owners
from layerscope.needs.find import find_needs, find_system_uses
from layerscope.needs.system_need import SystemNeed
from layerscope.needs.workload import read_workload
from layerscope.oci.config import parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image
from layerscope.packages import file_lists
from layerscope.probes import PROBES
from tests.images import Item, file, symlink
from tests.indexing import index_of
from tests.loading.roots import GLIBC, elf

CUDA = "usr/local/cuda-12.4"
LIB = f"{CUDA}/targets/x86_64-linux/lib"
SITE = "usr/local/lib/python3.11/site-packages"
PYTHON = "usr/local/bin/python3.11"


class Needing:
    """An image, and what it needs."""

    def __init__(self, items: Sequence[Item], env: Sequence[str] = (), cmd: Sequence[str] = ()) -> None:
        self.index = index_of([items], probes=PROBES)
        self.needs = needs_of(self.index, env, cmd)

    def path(self, row: int) -> str:
        """The path of a row."""
        return self.index.path(row).decode()

    def found(self, kind: str | None = None) -> set[tuple[str, str]]:
        """What is needed, and how certain that is."""
        return {(need.what, need.certainty.value) for need in self.needs if kind in (None, need.kind.value)}

    def need(self, what: str) -> SystemNeed:
        """The only need of a thing."""
        [need] = [need for need in self.needs if need.what == what]
        return need

    def wanted_by(self, what: str) -> set[str]:
        """The paths of what wants a thing."""
        return {self.path(row) for row in self.need(what).wanted_by}


def needs_of(stack: LayerStack, env: Sequence[str] = (), cmd: Sequence[str] = ()) -> tuple[SystemNeed, ...]:
    """What a stack of layers needs."""
    owners = assign_owners(stack, file_lists(stack))
    workload = read_workload(_image(env, cmd), stack, owners, classify(stack, owners))
    return find_needs(workload, find_system_uses(workload))


def _image(env: Sequence[str], cmd: Sequence[str]) -> Image:
    document = {"config": {"Env": list(env), "Cmd": list(cmd)}, "rootfs": {"type": "layers", "diff_ids": []}}
    parsed = parse_config(json.dumps(document).encode(), "the test's configuration")
    return Image("test", "docker-archive", Digest("sha256", "0" * 64), None, parsed, ())


def need_linker_tools() -> None:
    """Skip where no ELF file can be made."""
    lacking = [name for name in ("as", "ld") if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"ELF files are made with {' and '.join(lacking)} of binutils")


def library(path: str, *needed: str, rpath: str | None = None, runpath: str | None = None) -> Item:
    """Return a library whose SONAME is its name."""
    return file(path, elf(path.rpartition("/")[2], needed, rpath=rpath, runpath=runpath), mode=0o755)


def program(path: str, *needed: str) -> Item:
    """Return a program."""
    return file(path, elf(None, needed, interpreter=GLIBC), mode=0o755)


def system_cuda() -> list[Item]:
    """Return the system's CUDA as NVIDIA's packages lay it out, with a folder for the dynamic linker."""
    return [
        file("etc/ld.so.conf", b"include /etc/ld.so.conf.d/*.conf\n"),
        file("etc/ld.so.conf.d/000_cuda.conf", f"/{LIB}\n".encode()),
        library("lib/x86_64-linux-gnu/libroot.so"),
        library(GLIBC[1:]),
        symlink("usr/local/cuda", "cuda-12.4"),
        library(f"{LIB}/libcudart.so.12"),
        library(f"{LIB}/libcublasLt.so.12"),
        library(f"{LIB}/libcublas.so.12", "libcublasLt.so.12", runpath="$ORIGIN"),
        library(f"{LIB}/libnvJitLink.so.12"),
        library(f"{LIB}/libcusparse.so.12", "libnvJitLink.so.12"),
        file(f"{CUDA}/bin/nvcc", b"#!", mode=0o755),
        file(f"{CUDA}/bin/ptxas", b"#!", mode=0o755),
        file(f"{CUDA}/nvvm/libdevice/libdevice.10.bc", b"BC"),
        file(f"{CUDA}/targets/x86_64-linux/include/cuda_runtime.h", b"#pragma once"),
        file("usr/bin/x86_64-linux-gnu-gcc-12", b"#!", mode=0o755),
        symlink("usr/bin/gcc", "x86_64-linux-gnu-gcc-12"),
        file("usr/include/python3.11/Python.h", b"#pragma once"),
    ]


def distribution(name: str, version: str, *items: Item) -> list[Item]:
    """Return a distribution of Python with its files, which lie in `SITE`."""
    folder = f"{SITE}/{name.replace('-', '_')}-{version}.dist-info"
    inner = [f"/{item.path}".removeprefix(f"/{SITE}/") for item in items] + [f"{folder.rpartition('/')[2]}/METADATA"]
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n"
    record = "".join(f"{path},,\n" for path in inner)
    return [*items, file(f"{folder}/METADATA", metadata.encode()), file(f"{folder}/RECORD", record.encode())]


def torch_with_wheels() -> list[Item]:
    """Return torch as PyPI has it: its libraries find those of the nvidia wheels by RPATH."""
    rpath = "$ORIGIN/../../nvidia/cublas/lib:$ORIGIN/../../nvidia/cuda_runtime/lib:$ORIGIN"
    lib, cublas = f"{SITE}/torch/lib", f"{SITE}/nvidia/cublas/lib"
    return [
        program(PYTHON),
        *distribution(
            "nvidia-cuda-runtime-cu12", "12.4.127", library(f"{SITE}/nvidia/cuda_runtime/lib/libcudart.so.12")
        ),
        *distribution(
            "nvidia-cublas-cu12",
            "12.4.5.8",
            library(f"{cublas}/libcublasLt.so.12"),
            library(f"{cublas}/libcublas.so.12", "libcublasLt.so.12", runpath="$ORIGIN"),
        ),
        *distribution(
            "torch",
            "2.5.1",
            library(f"{lib}/libtorch_global_deps.so", "libcublas.so.12", "libcudart.so.12", rpath=rpath),
            library(f"{lib}/libc10.so"),
            library(f"{lib}/libtorch_cuda.so", "libc10.so", "libcublas.so.12", "libcuda.so.1", rpath=rpath),
            library(f"{lib}/libtorch_python.so", "libtorch_cuda.so", rpath=rpath),
            library(f"{SITE}/torch/_C.cpython-311-x86_64-linux-gnu.so", "libtorch_python.so", rpath="$ORIGIN/lib"),
        ),
    ]


def application(text: str = "import torch\nprint(torch.cuda.is_available())\n") -> Item:
    """Return the application's own source."""
    return file("app/serve.py", text.encode())
