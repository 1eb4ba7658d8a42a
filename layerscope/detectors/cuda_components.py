"""What CUDA's components are called, wherever they lie: file names of libraries, names of packages.

Wheels and conda packages hold the same libraries as the system's packages; a wheel that bundles one puts a hash into
its name (`libcudart-80664282.so.10.2`), which the patterns let through.
"""

TOOLKIT = ("usr/local/cuda", "usr/local/cuda-*")
SYSTEM_FOLDERS = ("usr/local/cuda/**", "usr/local/cuda-*/**", "usr/lib/*-linux-gnu", "usr/lib64", "usr/local/lib")
SITE_FOLDERS = ("**/site-packages", "**/dist-packages")
# conda keeps libraries beside Python's folder: opt/conda/lib, root/miniconda3/envs/x/lib, .../targets/x86_64-linux/lib.
PYTHON_FOLDERS = ("**/site-packages/**", "**/dist-packages/**", "**/*conda*/**")
SYSTEM_MANAGERS = ("dpkg", "rpm")

RUNTIME = ("libcudart*", "libcudadevrt*", "libnvrtc*", "libnvJitLink*", "libnvfatbin*", "libnvptxcompiler*")
MATH = (
    "libcublas*",
    "libnvblas*",
    "libcufft*",
    "libcurand*",
    "libcusolver*",
    "libcusparse*",
    "libcutensor*",
    "libnpp*",
    "libnvjpeg*",
)
CUDNN = ("libcudnn*",)
NCCL = ("libnccl*",)
TENSORRT = ("libnvinfer*", "libnvonnxparser*", "libnvparsers*", "libnvcaffe_parser*")
CUPTI = ("libcupti*", "libnvperf_*", "libpcsamplingutil*", "libcheckpoint.so*")
COMPILERS = (
    "nvcc",
    "cicc",
    "ptxas",
    "ptxas-blackwell",
    "nvlink",
    "fatbinary",
    "cudafe++",
    "cuobjdump",
    "nvdisasm",
    "libnvvm.so*",
    "libdevice.10.bc",
)

MATH_PACKAGES = (
    "libcublas",
    "libcufft",
    "libcurand",
    "libcusolver",
    "libcusparse",
    "libcutensor",
    "libnpp",
    "libnvjpeg",
)
