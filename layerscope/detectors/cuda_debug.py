"""CUDA's debuggers, checkers and older profilers."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_FOLDERS = ("compute-sanitizer", "extras/Debugger", "libnvvp", "nsightee_plugins", "share/gdb")
_PROGRAMS = ("cuda-gdb*", "cuda-memcheck*", "compute-sanitizer*", "nvprof*", "nvvp*", "nsight", "nsight_ee*")
_PACKAGES = (
    "cuda-gdb-*",
    "cuda-sanitizer-*",
    "cuda-memcheck-*",
    "cuda-nvprof-*",
    "cuda-nvvp-*",
    "cuda-nsight-*",
    "cuda-visual-tools-*",
    "cuda-command-line-tools-*",
)

DETECTOR = Detector(
    id="cuda-debug",
    title="CUDA debuggers",
    group=Group.CUDA,
    directories=below(TOOLKIT, _FOLDERS),
    files=below(TOOLKIT, [f"bin/{name}" for name in _PROGRAMS]),
    packages=owned(SYSTEM_MANAGERS, _PACKAGES),
    order=1,
    why="cuda-gdb, compute-sanitizer, nvprof and Nsight for Eclipse are for development.",
    fix="Build in a `devel` stage and start the last stage from `runtime` or `base`.",
)
