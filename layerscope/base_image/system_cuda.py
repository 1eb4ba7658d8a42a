"""The CUDA that lies in an image's system, by its package databases and by the files under /usr/local."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from layerscope.base_image.environment import exact_version, release_of
from layerscope.index.layer_stack import LayerStack
from layerscope.index.order import key
from layerscope.index.owners import Owners
from layerscope.knowledge.cuda_variants import cuda_of_cudart
from layerscope.layers.columns import Mask, distinct
from layerscope.layers.entry import Kind
from layerscope.packages.dpkg import installed_packages
from layerscope.packages.facts import visible_facts
from layerscope.probes import rpm

_PACKAGE = re.compile(
    r"(cuda-cudart|cuda-compat|cuda-libraries|cuda-nvrtc|cuda-nvcc|libcublas|libcufft)(-dev)?(?:el)?-(\d{1,3})-(\d{1,3})",
    re.ASCII,
)
_CUDNN_PACKAGE = re.compile(r"libcudnn\d{1,2}(?:-cuda-\d{1,2})?", re.ASCII)
_CUDART_FILE = re.compile(rb"libcudart\.so\.(\d{1,3}\.\d{1,3}\.\d{1,4})")
_ROOT = b"usr/local/cuda-"
_LIBRARIES = {
    b"libcudart.so": "cuda-cudart",
    b"libcublas.so": "libcublas",
    b"libcufft.so": "libcufft",
    b"libnvrtc.so": "cuda-nvrtc",
}
_OTHER_FILES = {
    b"nvcc": "cuda-nvcc",
    b"cuda_runtime.h": "cuda-cudart-dev",
    b"cublas_v2.h": "libcublas-dev",
}
_CUDNN_FILES = tuple(
    f"{folder}/libcudnn.so.".encode()
    for folder in ("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64")
)
_MARKS = (b"NGC-DL-CONTAINER-LICENSE", b"opt/nvidia/nvidia_entrypoint.sh")


class CudaParts(Struct, frozen=True):
    """The parts of CUDA that one kind of witness sees, for each release such as 12.4.

    `versions` are the exact CUDA versions that it can tell. Parts are called as Debian's packages are.
    """

    parts: Mapping[str, frozenset[str]]
    versions: Mapping[str, str]
    has_cudnn: bool

    def variant(self, release: str) -> str | None:
        """The greatest of NVIDIA's variants whose parts are all there, None without a runtime library."""
        parts = self.parts.get(release, frozenset())
        prefix = "cudnn-" if self.has_cudnn else ""
        if parts >= {"cuda-cudart-dev", "libcublas-dev"}:
            return prefix + "devel"
        if "libcublas" in parts and parts & {"libcufft", "cuda-nvrtc"}:
            return prefix + "runtime"
        return "base" if "cuda-cudart" in parts else None


class SystemCuda(Struct, frozen=True):
    """What packages and files each say; `layers` are those that hold files of /usr/local/cuda-X.Y.

    `marks` are files that only NVIDIA's images have. `installed` has all packages of the system, by name and as
    `name=version`.
    """

    packages: CudaParts
    files: CudaParts
    layers: tuple[int, ...]
    marks: tuple[str, ...]
    installed: frozenset[str]

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases of which a runtime library or a package of one is there."""
        found = {*self.packages.parts, *self.files.parts}
        return tuple(sorted(item for item in found if self.packages.variant(item) or self.files.variant(item)))

    def variant(self, release: str) -> str | None:
        """The variant by packages, where there are packages of that release, else by files."""
        return self.packages.variant(release) or self.files.variant(release)

    def version(self, release: str) -> str:
        """The exact version where it can be told, else the release."""
        return self.packages.versions.get(release) or self.files.versions.get(release) or release


def find_system_cuda(stack: LayerStack, owners: Owners) -> SystemCuda:
    """Look at installed packages, and at the files that the final root file system shows."""
    is_shown = np.zeros(len(stack.tree) + 1, dtype=np.bool_)
    is_shown[stack.nodes[stack.visible]] = True
    nodes = list(_nodes(stack, is_shown, _ROOT))
    rows = np.flatnonzero(stack.visible & np.isin(stack.nodes, nodes) & (stack.kinds == Kind.FILE))
    marks = tuple(mark.decode() for mark in _shown(stack, is_shown, _MARKS))
    paths = [stack.tree.paths[node] for node in nodes]
    has_cudnn = any(b"/libcudnn.so." in path for path in paths)
    has_cudnn = has_cudnn or any(True for prefix in _CUDNN_FILES for _ in _nodes(stack, is_shown, prefix))
    packages = _packages(stack, owners)
    return SystemCuda(
        _from_packages(packages),
        _from_files(paths, has_cudnn),
        tuple(distinct(stack.layers[rows]).tolist()),
        marks,
        frozenset((*packages, *(f"{name}={version}" for name, version in packages.items()))),
    )


def _packages(stack: LayerStack, owners: Owners) -> dict[str, str]:
    """Names and versions of the system's packages: those that a database shows, and those that own what is shown."""
    numbers = distinct(owners.of_rows[stack.visible & (owners.of_rows >= 0)]).tolist()
    owning = (owners.packages[number] for number in numbers)
    found = {package.name: package.version for package in owning if package.manager in ("dpkg", "rpm")}
    found |= {package.name: package.version for package in installed_packages(stack)}
    for _, _, packages in visible_facts(stack, rpm.DATABASE):
        found |= {package.name: package.version for package in packages}
    return found


def _from_packages(packages: Mapping[str, str]) -> CudaParts:
    parts: dict[str, set[str]] = defaultdict(set)
    versions: dict[str, str] = {}
    for name, version in sorted(packages.items()):
        if match := _PACKAGE.fullmatch(name):
            release = f"{match[3]}.{match[4]}"
            parts[release].add(match[1] + (match[2] or ""))
            if match[1] == "cuda-libraries" and (exact := exact_version(version)):
                versions[release] = exact
            elif match[1] == "cuda-cudart" and len(built := cuda_of_cudart(version)) == 1:
                versions.setdefault(release, built[0])
    has_cudnn = any(_CUDNN_PACKAGE.fullmatch(name) for name in packages)
    return CudaParts({release: frozenset(names) for release, names in parts.items()}, versions, has_cudnn)


def _from_files(paths: list[bytes], has_cudnn: bool) -> CudaParts:
    parts: dict[str, set[str]] = defaultdict(set)
    versions: dict[str, str] = {}
    for path in paths:
        release = release_of(path[len(_ROOT) :].partition(b"/")[0].decode("utf-8", "replace"))
        name = path.rpartition(b"/")[2]
        stem, dot, _ = name.partition(b".so.")
        part = _LIBRARIES.get(stem + b".so") if dot and b"/compat/" not in path else _OTHER_FILES.get(name)
        if b"/compat/libcuda.so" in path:
            part = "cuda-compat"
        if release and part:
            parts[release].add(part)
        if release and (match := _CUDART_FILE.fullmatch(name)):
            built = cuda_of_cudart(f"{match[1].decode()}-1")
            versions |= {release: built[0]} if len(built) == 1 else {}
    return CudaParts({release: frozenset(names) for release, names in parts.items()}, versions, has_cudnn)


def _nodes(stack: LayerStack, is_shown: Mask, prefix: bytes) -> Iterator[int]:
    """The shown paths that begin with a prefix, which lie side by side in the tree."""
    paths = stack.tree.paths
    start = bisect_left(range(len(paths)), key(prefix), key=lambda node: key(paths[node]))
    for node in range(start, len(paths)):
        if not paths[node].startswith(prefix):
            return
        if is_shown[node]:
            yield node


def _shown(stack: LayerStack, is_shown: Mask, paths: tuple[bytes, ...]) -> list[bytes]:
    return [path for path, node in zip(paths, stack.tree.find(paths).tolist(), strict=True) if is_shown[node]]
