"""Configurations, histories and root file systems of NVIDIA's CUDA images, from what their Dockerfiles set and install.

The instructions are those of the Dockerfiles in NVIDIA's repository, as BuildKit and the legacy builder spell them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerscope.knowledge.cuda_variants import VariantRecipe, variant_recipes
from tests.images import Item, file

STAGES = {
    "base": ("base",),
    "runtime": ("base", "runtime"),
    "devel": ("base", "runtime", "devel"),
    "cudnn-runtime": ("base", "runtime", "cudnn-runtime"),
    "cudnn-devel": ("base", "runtime", "devel", "cudnn-devel"),
}
# How many layers each stage has, counted in the Dockerfiles; the system's own is one.
LAYERS_OF_DEB = {"base": 5, "runtime": 9, "devel": 11, "cudnn-runtime": 10, "cudnn-devel": 12}
LAYERS_OF_RPM = {"base": 6, "runtime": 9, "devel": 10, "cudnn-runtime": 10, "cudnn-devel": 11}
OS_RELEASE = {
    "ubuntu20.04": 'NAME="Ubuntu"\nVERSION_ID="20.04"\nID=ubuntu\nID_LIKE=debian\n',
    "ubuntu22.04": 'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\n',
    "ubuntu24.04": 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu\n',
    "rockylinux8": 'NAME="Rocky Linux"\nID="rocky"\nVERSION_ID="8.9"\n',
    "rockylinux9": 'NAME="Rocky Linux"\nID="rocky"\nVERSION_ID="9.3"\n',
    "ubi8": 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.10"\n',
    "ubi9": 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="9.4"\n',
    "debian12": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    "alpine3.21": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.21.2\n',
}
FILES = {
    "base": ("lib/libcudart.so.{major}", "lib/libcudart.so.{cudart}"),
    "runtime": ("lib/libcublas.so.{major}", "lib/libcufft.so.11", "lib/libnvrtc.so.{major}"),
    "devel": ("include/cuda_runtime.h", "include/cublas_v2.h", "bin/nvcc", "lib/stubs/libcuda.so"),
}
NEEDED_PACKAGES = {"runtime": ("libcufft-{x}-{y}", "cuda-nvrtc-{x}-{y}"), "devel": ("cuda-nvcc-{x}-{y}",)}


@dataclass(frozen=True, slots=True)
class CudaImage:
    """One tag: its parts, its history (`0 ` marks steps without a layer), its environment and its files."""

    tag: str
    cuda: str
    os: str
    variant: str
    layers: int
    steps: tuple[str, ...]
    env: dict[str, str]
    root: tuple[Item, ...]

    @property
    def config(self) -> dict[str, Any]:
        """The inner object of the configuration."""
        return {"Env": [f"{name}={value}" for name, value in self.env.items()]}


def all_tags() -> list[str]:
    """The tags, as they were written down."""
    lines = (Path(__file__).parent / "cuda_tags.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def cuda_image(tag: str, *, is_legacy: bool = False) -> CudaImage:
    """The image of a tag."""
    cuda, *kind, os = tag.split("-")
    variant = "-".join(["cudnn" if word.startswith("cudnn") else word for word in kind])
    stages = [_recipe(cuda, os, stage) for stage in STAGES[variant]]
    env = {"PATH": "/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/bin"}
    for stage in stages:
        env |= stage.env
    counts = LAYERS_OF_DEB if os.startswith("ubuntu") else LAYERS_OF_RPM
    steps = _steps(stages, is_legacy=is_legacy)
    return CudaImage(tag, cuda, os, variant, counts[variant], steps, env, _root(stages))


def _recipe(cuda: str, os: str, variant: str) -> VariantRecipe:
    return next(one for one in variant_recipes() if (one.cuda, one.os, one.variant) == (cuda, os, variant))


def _steps(stages: Sequence[VariantRecipe], *, is_legacy: bool) -> tuple[str, ...]:
    first = (
        ("/bin/sh -c #(nop) ADD file:3c74e7e08cbf9a87 in / ", '0 /bin/sh -c #(nop)  CMD ["/bin/bash"]')
        if is_legacy
        else ("ADD rootfs.tar.xz / # buildkit", '0 CMD ["/bin/bash"]')
    )
    write = _legacy if is_legacy else _buildkit
    return (*first, *(write(line) for stage in stages for line in _instructions(stage)))


def _instructions(stage: VariantRecipe) -> list[str]:
    """The lines of a stage's Dockerfile; RUN and COPY make layers."""
    is_deb = stage.os.startswith("ubuntu")
    late = ("CUDA_VERSION", "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "LIBRARY_PATH")
    env = [f"ENV {name}={value}" for name, value in stage.env.items() if name not in (*late, "NVIDIA_PRODUCT_NAME")]
    if stage.variant == "base":
        return [*env, *_base(stage, is_deb=is_deb)]
    install = f"RUN {_install(is_deb)} {_packages(stage)} {_clean(is_deb)}"
    if stage.variant.startswith("cudnn"):
        keep = " && apt-mark hold ${NV_CUDNN_PACKAGE_NAME}" if is_deb else ""
        names = "${NV_CUDNN_PACKAGE}" + (" ${NV_CUDNN_PACKAGE_DEV}" if stage.variant == "cudnn-devel" else "")
        return [*env, "LABEL com.nvidia.cudnn.version=9", f"RUN {_install(is_deb)} {names}{keep} {_clean(is_deb)}"]
    dev = "_DEV" if stage.variant == "devel" else ""
    hold = (
        [f"RUN apt-mark hold ${{NV_LIBCUBLAS{dev}_PACKAGE_NAME}} ${{NV_LIBNCCL{dev}_PACKAGE_NAME}}"] if is_deb else []
    )
    if stage.variant == "devel":
        return [*env, install, *hold, f"ENV LIBRARY_PATH={stage.env['LIBRARY_PATH']}"]
    return [
        *env,
        install,
        *hold,
        "COPY entrypoint.d/ /opt/nvidia/entrypoint.d/",
        "COPY nvidia_entrypoint.sh /opt/nvidia/",
        "ENV NVIDIA_PRODUCT_NAME=CUDA",
        'ENTRYPOINT ["/opt/nvidia/nvidia_entrypoint.sh"]',
    ]


def _base(stage: VariantRecipe, *, is_deb: bool) -> list[str]:
    x, y = stage.cuda.split(".")[:2]
    repository = "https://developer.download.nvidia.com/compute/cuda/repos"
    folder = stage.os.replace(".", "") if is_deb else f"rhel{stage.os[-1]}"
    key = (
        f"RUN apt-get update && apt-get install -y --no-install-recommends gnupg2 curl ca-certificates && curl -fsSLO "
        f"{repository}/{folder}/${{NVARCH}}/cuda-keyring_1.1-1_all.deb && dpkg -i cuda-keyring_1.1-1_all.deb"
        if is_deb
        else f"RUN NVIDIA_GPGKEY_SUM=d0664fbb && curl -fsSL {repository}/{folder}/${{NVARCH}}/D42D0685.pub > /etc/x"
    )
    cudart = f"cuda-cudart-{x}-{y}{'=' if is_deb else '-'}${{NV_CUDA_CUDART_VERSION}}"
    upgrade = "" if is_deb else "yum upgrade -y && "
    return [
        *([] if is_deb else ["COPY cuda.repo-x86_64 /etc/yum.repos.d/cuda.repo"]),
        "ARG TARGETARCH",
        "LABEL maintainer=NVIDIA CORPORATION <cudatools@nvidia.com>",
        key,
        f"ENV CUDA_VERSION={stage.env['CUDA_VERSION']}",
        f"RUN {upgrade}{_install(is_deb)} {cudart} cuda-compat-{x}-{y} {_clean(is_deb)}",
        'RUN echo "/usr/local/nvidia/lib" >> /etc/ld.so.conf.d/nvidia.conf',
        "ENV PATH=/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/bin",
        f"ENV LD_LIBRARY_PATH={stage.env['LD_LIBRARY_PATH']}",
        "COPY NGC-DL-CONTAINER-LICENSE /",
        "ENV NVIDIA_VISIBLE_DEVICES=all",
        "ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility",
    ]


def _install(is_deb: bool) -> str:
    return "apt-get update && apt-get install -y --no-install-recommends" if is_deb else "yum install -y"


def _clean(is_deb: bool) -> str:
    return "&& rm -rf /var/lib/apt/lists/*" if is_deb else "&& yum clean all && rm -rf /var/cache/yum/*"


def _packages(stage: VariantRecipe) -> str:
    """Packages as a RUN names them: the version is a variable."""
    separator = "=" if stage.os.startswith("ubuntu") else "-"
    return " ".join(f"{_name(package)}{separator}${{NV_CUDA_LIB_VERSION}}" for package in stage.packages)


def _name(package: str) -> str:
    """A package without its version: `cuda-nvtx-12-4=12.4.127-1`, or `cuda-nvtx-12-4-12.4.127-1` for rpm."""
    if "=" in package:
        return package.partition("=")[0]
    words = package.split("-")
    return "-".join(words[: next((at for at, word in enumerate(words) if "." in word), len(words))])


def _buildkit(line: str) -> str:
    keyword, _, rest = line.partition(" ")
    if keyword == "RUN":
        return f"RUN |1 TARGETARCH=amd64 /bin/sh -c {rest} # buildkit"
    return f"{line} # buildkit" if keyword == "COPY" else f"0 {line}"


def _legacy(line: str) -> str:
    keyword, _, rest = line.partition(" ")
    if keyword == "RUN":
        return f"|1 TARGETARCH=amd64 /bin/sh -c {rest}"
    if keyword == "COPY":
        source, target = rest.split()
        kind = "dir" if source.endswith("/") else "file"
        return f"/bin/sh -c #(nop) COPY {kind}:99da7b9fa77400d81a529e8a2ca72847 in {target} "
    return f"0 /bin/sh -c #(nop)  {line}"


def _root(stages: Sequence[VariantRecipe]) -> tuple[Item, ...]:
    """What of the root file system matters: os-release, NVIDIA's own files, libraries, dpkg's status."""
    base = stages[0]
    x, y = base.cuda.split(".")[:2]
    folder = f"usr/local/cuda-{x}.{y}/targets/x86_64-linux"
    words = {"major": x, "cudart": base.env["NV_CUDA_CUDART_VERSION"].partition("-")[0]}
    names = [name.format(**words) for stage in stages for name in FILES.get(stage.variant, ())]
    items = [file("usr/lib/os-release", OS_RELEASE[base.os].encode()), file("NGC-DL-CONTAINER-LICENSE", b"l")]
    items += [file(f"{folder}/{name}", name.encode()) for name in names]
    if len(stages) > 1:
        items.append(file("opt/nvidia/nvidia_entrypoint.sh", b"#!/bin/sh\n"))
    is_deb = base.os.startswith("ubuntu")
    if "cudnn" in stages[-1].variant:
        major = stages[-1].env["NV_CUDNN_VERSION"].partition(".")[0]
        items.append(file(f"usr/{'lib/x86_64-linux-gnu' if is_deb else 'lib64'}/libcudnn.so.{major}", b"cudnn"))
    if is_deb:
        items.append(file("var/lib/dpkg/status", status(_installed(stages))))
    return tuple(items)


def _installed(stages: Sequence[VariantRecipe]) -> dict[str, str]:
    x, y = stages[0].cuda.split(".")[:2]
    found = {"libc6": "2.35"}
    for stage in stages:
        found |= {_name(package): package.partition("=")[2] or "1" for package in stage.packages}
        found |= {name.format(x=x, y=y): "1" for name in NEEDED_PACKAGES.get(stage.variant, ())}
    return found


def status(packages: dict[str, str]) -> bytes:
    """A dpkg status file."""
    return "\n".join(
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"
        for name, version in packages.items()
    ).encode()
