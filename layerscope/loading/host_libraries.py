"""Libraries that belong to the GPU's driver: the host puts them into a container when it starts.

Names as in `nvc_info.c` of libnvidia-container.
"""

import re

_HOST = re.compile(
    r"lib(?:cuda|cudadebugger|nvcuvid|nvoptix|nvidia-[a-z0-9-]+|(?:vdpau|GLX|EGL|GLESv1_CM|GLESv2)_nvidia"
    r"|GL|GLX|EGL|OpenGL|GLdispatch|GLESv1_CM|GLESv2)\.so(?:\.\d+)*",
    re.ASCII,
)


def is_host_library(name: str) -> bool:
    """Whether a library comes with the driver."""
    return _HOST.fullmatch(name.rpartition("/")[2]) is not None
