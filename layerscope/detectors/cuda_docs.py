"""CUDA's documentation, samples and demonstrations."""

from layerscope.detectors.cuda_components import SYSTEM_MANAGERS, TOOLKIT
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

_FOLDERS = ("doc", "samples", "tools", "share/doc", "extras/CUPTI/doc", "extras/CUPTI/samples", "extras/demo_suite")

DETECTOR = Detector(
    id="cuda-docs",
    title="CUDA documentation and samples",
    group=Group.CUDA,
    directories=below(TOOLKIT, _FOLDERS),
    files=below(TOOLKIT, ["DOCS", "README", "EULA.txt", "LICENSE"]),
    packages=owned(SYSTEM_MANAGERS, ["cuda-documentation-*", "cuda-samples-*", "cuda-demo-suite-*"]),
    why="The full toolkit brings documentation and samples that no program reads.",
    fix="Install single components rather than `cuda-toolkit` or the runfile; delete the folders in the same RUN.",
)
