"""The chain ubuntu, base, runtime, devel, cudnn-devel of nvidia/cuda 12.4.1 on Ubuntu 22.04, in small."""

from sample_images.recipes.dpkg import DpkgDatabase, packages
from sample_images.recipes.filler import prose
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.shipped import table
from sample_images.recipes.ubuntu import ubuntu_root

BUILT = {"base": 1_714_090_000, "runtime": 1_714_090_900, "devel": 1_714_092_400, "cudnn-devel": 1_714_094_800}
APT = "apt-get update && apt-get install -y --no-install-recommends "
CLEAN = " && rm -rf /var/lib/apt/lists/*"
KEYRING = "cuda-keyring_1.1-1_all.deb"
ENTRYPOINT = '#!/bin/bash\nfor part in /opt/nvidia/entrypoint.d/*.sh; do . "$part"; done\nexec "$@"\n'


def cuda_base(image: ImageRecipe, database: DpkgDatabase) -> None:
    """`nvidia/cuda:12.4.1-base-ubuntu22.04`: five layers."""
    ubuntu_root(image, database)
    _begin(image, "base")
    image.note("ARG TARGETARCH")
    image.arguments = ("TARGETARCH=amd64",)
    image.label("maintainer", "NVIDIA CORPORATION <cudatools@nvidia.example>")
    fetch = f"curl -fsSLO https://cuda.example/repos/ubuntu2204/${{NVARCH}}/{KEYRING} && dpkg -i {KEYRING}"
    layer = image.run(f"{APT}gnupg2 curl ca-certificates && {fetch} && apt-get purge --autoremove -y curl{CLEAN}")
    database.install(layer, *packages("ubuntu", "certificates"), *packages("cuda", "keyring"))
    image.env(CUDA_VERSION="12.4.1")
    layer = image.run(f"{APT}cuda-cudart-12-4=${{NV_CUDA_CUDART_VERSION}} ${{NV_CUDA_COMPAT_PACKAGE}}{CLEAN}")
    database.install(layer, *packages("cuda", "base"))
    layer.symlink("usr/local/cuda", "/etc/alternatives/cuda")
    layer.symlink("etc/alternatives/cuda", "/usr/local/cuda-12.4")
    layer.file("etc/ld.so.conf.d/000_cuda.conf", "/usr/local/cuda/targets/x86_64-linux/lib\n")
    image.run(
        'echo "/usr/local/nvidia/lib" >> /etc/ld.so.conf.d/nvidia.conf '
        '&& echo "/usr/local/nvidia/lib64" >> /etc/ld.so.conf.d/nvidia.conf'
    ).file("etc/ld.so.conf.d/nvidia.conf", "/usr/local/nvidia/lib\n/usr/local/nvidia/lib64\n")
    image.env(
        PATH="/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LD_LIBRARY_PATH="/usr/local/nvidia/lib:/usr/local/nvidia/lib64",
    )
    license_layer = image.copy("NGC-DL-CONTAINER-LICENSE", "/")
    license_layer.file("NGC-DL-CONTAINER-LICENSE", prose("NVIDIA DEEP LEARNING CONTAINER LICENSE", 800))
    image.env(NVIDIA_VISIBLE_DEVICES="all", NVIDIA_DRIVER_CAPABILITIES="compute,utility")


def cuda_cudnn_devel(image: ImageRecipe, database: DpkgDatabase) -> None:
    """`nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04`: twelve layers."""
    cuda_base(image, database)
    _runtime(image, database)
    _devel(image, database)
    _begin(image, "cudnn-devel")
    image.label("com.nvidia.cudnn.version", "9.1.0.70-1")
    hold = "apt-mark hold ${NV_CUDNN_PACKAGE_NAME}"
    layer = image.run(f"{APT}${{NV_CUDNN_PACKAGE}} ${{NV_CUDNN_PACKAGE_DEV}} && {hold}{CLEAN}")
    database.held.add("libcudnn9-cuda-12")
    database.install(layer, *packages("cuda", "cudnn"))


def _runtime(image: ImageRecipe, database: DpkgDatabase) -> None:
    _begin(image, "runtime")
    layer = image.run(
        f"{APT}cuda-libraries-12-4=${{NV_CUDA_LIB_VERSION}} ${{NV_LIBNPP_PACKAGE}} "
        "cuda-nvtx-12-4=${NV_NVTX_VERSION} libcusparse-12-4=${NV_LIBCUSPARSE_VERSION} "
        f"${{NV_LIBCUBLAS_PACKAGE}} ${{NV_LIBNCCL_PACKAGE}}{CLEAN}"
    )
    database.install(layer, *packages("cuda", "runtime"))
    layer = image.run("apt-mark hold ${NV_LIBCUBLAS_PACKAGE_NAME} ${NV_LIBNCCL_PACKAGE_NAME}")
    database.hold(layer, "libcublas-12-4", "libnccl2")
    layer = image.copy("entrypoint.d/", "/opt/nvidia/entrypoint.d/")
    for name in ("10-banner.sh", "50-gpu-driver-check.sh"):
        layer.file(f"opt/nvidia/entrypoint.d/{name}", prose(f"# {name}", 150), mode=0o755)
    image.copy("nvidia_entrypoint.sh", "/opt/nvidia/").file("opt/nvidia/nvidia_entrypoint.sh", ENTRYPOINT, mode=0o755)
    image.env(NVIDIA_PRODUCT_NAME="CUDA")
    image.entrypoint("/opt/nvidia/nvidia_entrypoint.sh")


def _devel(image: ImageRecipe, database: DpkgDatabase) -> None:
    _begin(image, "devel")
    layer = image.run(
        f"{APT}cuda-cudart-dev-12-4=${{NV_CUDA_CUDART_DEV_VERSION}} "
        "cuda-command-line-tools-12-4=${NV_CUDA_LIB_VERSION} cuda-minimal-build-12-4=${NV_CUDA_LIB_VERSION} "
        "cuda-libraries-dev-12-4=${NV_CUDA_LIB_VERSION} cuda-nvml-dev-12-4=${NV_NVML_DEV_VERSION} "
        "${NV_NVPROF_DEV_PACKAGE} ${NV_LIBNPP_DEV_PACKAGE} libcusparse-dev-12-4=${NV_LIBCUSPARSE_DEV_VERSION} "
        f"${{NV_LIBCUBLAS_DEV_PACKAGE}} ${{NV_LIBNCCL_DEV_PACKAGE}} ${{NV_CUDA_NSIGHT_COMPUTE_DEV_PACKAGE}}{CLEAN}"
    )
    database.install(layer, *packages("cuda", "devel"))
    layer = image.run("apt-mark hold ${NV_LIBCUBLAS_DEV_PACKAGE_NAME} ${NV_LIBNCCL_DEV_PACKAGE_NAME}")
    database.hold(layer, "libcublas-dev-12-4", "libnccl-dev")
    image.env(LIBRARY_PATH="/usr/local/cuda/lib64/stubs")


def _begin(image: ImageRecipe, variant: str) -> None:
    """A new link of the chain, with its `NV_*` variables."""
    image.later(BUILT[variant])
    image.env(**table("cuda_env")[variant])
