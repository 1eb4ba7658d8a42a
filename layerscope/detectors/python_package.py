"""Files that a Python distribution's RECORD lists."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="python-package",
    title="Python packages",
    group=Group.PYTHON,
    packages=("python:*",),
    order=1,
    why="Python packages that were installed with their files recorded.",
    fix="Leave out what the application does not import.",
)
