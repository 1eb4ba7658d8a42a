"""Names of the driver's libraries, against those that a container with a GPU was given, and names that look alike."""

import pytest

from layerscope.loading.host_libraries import is_host_library

# From `nvc_info.c` of libnvidia-container 1.17, and versions that drivers give them.
OF_THE_DRIVER = (
    "libcuda.so.1",
    "libcuda.so",
    "libcuda.so.550.54.15",
    "libcudadebugger.so.1",
    "libnvidia-ml.so.1",
    "libnvidia-cfg.so.1",
    "libnvidia-ptxjitcompiler.so.1",
    "libnvidia-nvvm.so.4",
    "libnvidia-pkcs11-openssl3.so.550.54.15",
    "libnvidia-opencl.so.1",
    "libvdpau_nvidia.so.1",
    "libnvcuvid.so.1",
    "libnvoptix.so.1",
    "libGLX_nvidia.so.0",
    "libEGL.so.1",
    "libGL.so.1",
    "libGLdispatch.so.0",
    "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
)
OTHERS = (
    "libcudart.so.12",
    "libcublas.so.12",
    "libcudnn.so.9",
    "libcuda.so.1.txt",
    "xlibcuda.so.1",
    "libnvidia.so.1",
    "libnvJitLink.so.12",
    "libnvrtc.so.12",
    "libGLU.so.1",
    "libglib-2.0.so.0",
    "",
)


@pytest.mark.parametrize("name", OF_THE_DRIVER)
def test_the_drivers(name: str) -> None:
    assert is_host_library(name)


@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str) -> None:
    assert not is_host_library(name)
