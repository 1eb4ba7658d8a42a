"""Files as the tables under `data/` spell them: a kind, a path, and what that kind needs."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sample_images.recipes.elf import Elf, elf_bytes
from sample_images.recipes.file_formats import gzip_stored, static_library
from sample_images.recipes.filler import filler, prose, scaled
from sample_images.recipes.layer import Layer

DATA = Path(__file__).parent / "data"
MULTIARCH = "usr/lib/x86_64-linux-gnu"
TOOLKIT = "usr/local/cuda-12.4"
# What the tables shorten.
SHORT = {"{multiarch}": MULTIARCH, "{toolkit}": TOOLKIT, "{lib}": f"{TOOLKIT}/targets/x86_64-linux/lib",
         "{include}": f"{TOOLKIT}/targets/x86_64-linux/include", "{cupti}": f"{TOOLKIT}/extras/CUPTI",
         "{nsight}": "opt/nvidia/nsight-compute/2024.1.1"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file that a package brings, or a symbolic link if it has a target."""

    path: str
    data: bytes = b""
    mode: int = 0o644
    target: str = ""

    def put(self, layer: Layer) -> None:
        """Add it to a layer."""
        if self.target:
            layer.symlink(self.path, self.target)
        else:
            layer.file(self.path, self.data, mode=self.mode)


@cache
def table(name: str) -> dict[str, Any]:
    """A table of `data/`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def shipped(line: str) -> tuple[Shipped, ...]:
    """What one line of a table stands for."""
    for short, long in SHORT.items():
        line = line.replace(short, long)
    kind, path, *arguments = line.split()
    return KINDS[kind](path, *arguments)


def cuda_library(soname: str, *, seed: str = "", runpath: str | None = None) -> bytes:
    """The bytes of one of NVIDIA's libraries, as the wheels have it unless a seed or a run path is given."""
    known = table("cuda_libraries")[soname]
    elf = Elf(
        seed=seed or f"{soname} {known['release']}",
        size=scaled(known["bytes"]),
        soname=soname,
        needed=(*known.get("needed", ()), "libc.so.6"),
        runpath=known.get("runpath") if runpath is None else runpath or None,
    )
    return elf_bytes(elf)


def _program(path: str, real_bytes: str, *needed: str) -> tuple[Shipped, ...]:
    elf = Elf(path, scaled(int(real_bytes)), needed=needed or ("libc.so.6",))
    return (Shipped(path, elf_bytes(elf), 0o755),)


def _library(path: str, real_bytes: str, soname: str, *needed: str) -> tuple[Shipped, ...]:
    elf = Elf(path, scaled(int(real_bytes)), None if soname == "-" else soname, needed=needed or ("libc.so.6",))
    return (Shipped(path, elf_bytes(elf)),)


def _archive(path: str, real_bytes: str) -> tuple[Shipped, ...]:
    return (Shipped(path, static_library(path.rpartition("/")[2], scaled(int(real_bytes)))),)


def _data(path: str, real_bytes: str) -> tuple[Shipped, ...]:
    return (Shipped(path, filler(path, scaled(int(real_bytes)))),)


def _text(path: str, size: str) -> tuple[Shipped, ...]:
    return (Shipped(path, prose(path, int(size)).encode()),)


def _verbatim(path: str, source: str) -> tuple[Shipped, ...]:
    return (Shipped(path, (DATA / source).read_bytes(), 0o755 if "/bin/" in path else 0o644),)


def _gzipped(path: str, size: str) -> tuple[Shipped, ...]:
    return (Shipped(path, gzip_stored(prose(path.removesuffix(".gz"), int(size)))),)


def _link(path: str, target: str) -> tuple[Shipped, ...]:
    return (Shipped(path, mode=0o777, target=target),)


def _cuda(soname: str, how: str, folder: str) -> tuple[Shipped, ...]:
    """A system CUDA library: the wheel's bytes (`same`), without its run path (`relinked`), or another build."""
    release = table("cuda_libraries")[soname]["release"]
    full = f"{soname.partition('.so')[0]}.so.{release}" if release else soname
    data = {
        "same": lambda: cuda_library(soname),
        "relinked": lambda: cuda_library(soname, runpath=""),
        "rebuilt": lambda: cuda_library(soname, seed=f"{soname} {release} as the Debian package has it"),
    }[how]()
    names = () if full == soname else (Shipped(f"{folder}/{soname}", mode=0o777, target=full),)
    return (Shipped(f"{folder}/{full}", data), *names)


KINDS: dict[str, Callable[..., tuple[Shipped, ...]]] = {
    "program": _program,
    "library": _library,
    "archive": _archive,
    "data": _data,
    "text": _text,
    "verbatim": _verbatim,
    "gzipped": _gzipped,
    "link": _link,
    "cuda": _cuda,
}
