"""Tools for testing, checking, profiling and notebooks."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import owned
from layerscope.detectors.ml_names import BUILDING, DEVELOPMENT

DETECTOR = Detector(
    id="python-dev-tool",
    title="Python development tools",
    group=Group.PYTHON,
    packages=(*owned(["python", "conda"], DEVELOPMENT), *owned(["python"], BUILDING)),
    order=2,
    why="They help to write code; nothing that serves or trains imports them.",
    fix="Keep them in an extra (`pip install .[dev]`) that the image does not install.",
)
