"""Images on NVIDIA's chain of bases, with real ELF files and dpkg's records, under whatever application."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import layerscope
from layerscope.analysis import Analysis
from layerscope.switching.candidate import Candidate
from tests.images import Item, docker_archive, file, layer, symlink
from tests.loading.roots import GLIBC
from tests.needs.needing import CUDA, LIB, library

LINKS = ("base", "runtime", "devel")
_RELEASE = "12-4"
_TOOLS = ("gcc", "libc6-dev", "python3-dev")
_DEPENDS = {"cuda-nvcc-12-4": ", ".join(_TOOLS), "gcc": "libc6-dev"}
_ENV = {
    "base": {
        "NVARCH": "x86_64",
        "NVIDIA_REQUIRE_CUDA": "cuda>=12.4",
        "NV_CUDA_CUDART_VERSION": "12.4.127-1",
        "CUDA_VERSION": "12.4.1",
        "NVIDIA_VISIBLE_DEVICES": "all",
        "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
    },
    "runtime": {"NV_CUDA_LIB_VERSION": "12.4.1-1", "NV_LIBCUBLAS_VERSION": "12.4.5.8-1"},
    "devel": {"NV_CUDA_CUDART_DEV_VERSION": "12.4.127-1", "NV_LIBCUBLAS_DEV_VERSION": "12.4.5.8-1"},
}


def _packages() -> dict[str, dict[str, list[Item]]]:
    """Each link's packages with their files; sizes are such that no two sums are alike."""
    headers = f"{CUDA}/targets/x86_64-linux/include"
    return {
        "base": {
            f"cuda-cudart-{_RELEASE}": [library(f"{LIB}/libcudart.so.12")],
            f"cuda-compat-{_RELEASE}": [file(f"{CUDA}/compat/libcuda.so.550", b"c" * 50_021)],
        },
        "runtime": {
            f"libcublas-{_RELEASE}": [
                library(f"{LIB}/libcublasLt.so.12"),
                library(f"{LIB}/libcublas.so.12", "libcublasLt.so.12", runpath="$ORIGIN"),
                file(f"{LIB}/libcublas.extra", b"l" * 300_007),
            ],
            f"libcurand-{_RELEASE}": [library(f"{LIB}/libcurand.so.10")],
        },
        "devel": {
            f"cuda-nvcc-{_RELEASE}": [
                file(f"{CUDA}/bin/nvcc", b"n" * 200_003, mode=0o755),
                file(f"{CUDA}/bin/ptxas", b"#!", mode=0o755),
            ],
            f"cuda-cudart-dev-{_RELEASE}": [file(f"{headers}/cuda_runtime.h", b"h" * 10_007)],
            f"libcublas-dev-{_RELEASE}": [file(f"{headers}/cublas_v2.h", b"h" * 20_011)],
            "gcc": [file("usr/bin/gcc", b"g" * 70_001, mode=0o755)],
            "libc6-dev": [file("usr/include/stdio.h", b"s" * 5_003)],
            "python3-dev": [file("usr/include/python3.11/Python.h", b"p" * 3_001)],
        },
    }


@dataclass(frozen=True)
class Base:
    """A base image: its layers, the history of each step, and the environment."""

    layers: list[list[Item]]
    history: list[dict[str, object]]
    env: list[str] = field(default_factory=list)


def base_image(variant: str | None = "devel", *, release: str = "22.04") -> Base:
    """One of the chain's links with all below it; None for the system alone."""
    made = Base([_system(release)], [{"created_by": "ADD rootfs.tar.xz / # buildkit"}])
    made.history.append({"created_by": 'CMD ["/bin/bash"]', "empty_layer": True})
    installed: list[str] = ["base-files"]
    for link in LINKS[: LINKS.index(variant) + 1] if variant else ():
        for name, value in _ENV[link].items():
            made.env.append(f"{name}={value}")
            made.history.append({"created_by": f"ENV {name}={value}", "empty_layer": True})
        packages = _packages()[link]
        installed += packages
        names = f"cuda-libraries-{_RELEASE} libcublas-{_RELEASE} ${{NV_{link}}}"
        text = f"RUN /bin/sh -c apt-get install -y {names} # buildkit"
        made.history.append({"created_by": text})
        items = [item for files in packages.values() for item in files]
        made.layers.append([*items, *records(installed, packages, _DEPENDS)])
        if link == "devel":
            # What apt installed by itself, for nvcc's sake.
            automatic = "".join(f"Package: {name}\nArchitecture: amd64\nAuto-Installed: 1\n\n" for name in _TOOLS)
            made.layers[-1].append(file("var/lib/apt/extended_states", automatic.encode()))
    return made


def records(
    installed: Sequence[str], packages: dict[str, list[Item]], depends: dict[str, str] | None = None
) -> list[Item]:
    """dpkg's status of all packages, and the lists of some of them."""
    paragraphs = "".join(
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n"
        + (f"Depends: {depends[name]}\n" if depends and name in depends else "")
        + "\n"
        for name in installed
    )
    lists = [
        file(f"var/lib/dpkg/info/{name}.list", "".join(f"/{item.path}\n" for item in items).encode())
        for name, items in packages.items()
    ]
    return [file("var/lib/dpkg/status", paragraphs.encode()), *lists]


def _system(release: str) -> list[Item]:
    text = f'ID=ubuntu\nVERSION_ID="{release}"\nNAME="Ubuntu"\n'
    return [
        file("etc/os-release", text.encode()),
        file("etc/ld.so.conf", b"include /etc/ld.so.conf.d/*.conf\n"),
        file("etc/ld.so.conf.d/000_cuda.conf", f"/{LIB}\n".encode()),
        library("lib/x86_64-linux-gnu/libroot.so"),
        library(GLIBC[1:]),
        symlink("usr/local/cuda", "cuda-12.4"),
        file("bin/bash", b"b" * 100_003, mode=0o755),
    ]


def analyzed(
    tmp_path: Path,
    base: Base,
    *steps: tuple[str, Sequence[Item]],
    env: Sequence[str] = (),
) -> Analysis:
    """An application's steps on a base, each an instruction with the files it makes, taken apart."""
    layers = [layer(*items) for items in (*base.layers, *(items for _, items in steps))]
    history = [*base.history, *({"created_by": text} for text, _ in steps)]
    archive = docker_archive(
        layers, flavour="old", history=history, env=[*base.env, *env], cmd=["python3", "/app/serve.py"]
    )
    path = tmp_path / f"image-{len(list(tmp_path.iterdir()))}.tar"
    path.write_bytes(archive)
    return layerscope.analyze(str(path))


def squashed(tmp_path: Path, base: Base, *steps: tuple[str, Sequence[Item]]) -> Analysis:
    """The same files in one layer, with nothing said of how they came to be."""
    final = {item.path: item for items in (*base.layers, *(items for _, items in steps)) for item in items}
    path = tmp_path / "squashed.tar"
    path.write_bytes(docker_archive([layer(*final.values())], flavour="old", history=[{"created_by": ""}]))
    return layerscope.analyze(str(path))


def candidate(analysis: Analysis, variant: str) -> Candidate:
    """The candidate of a variant."""
    [found] = [item for item in analysis.candidates if item.variant == variant]
    return found


def additions(found: Candidate) -> set[tuple[str, bool]]:
    """What is to be added, and whether that is certain."""
    return {(item.what, item.is_certain) for item in found.add}
