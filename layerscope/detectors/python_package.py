"""What is left of the Python packages."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="python-package",
    title="Python packages",
    group=Group.PYTHON,
    packages=("python:*", "dpkg:python3-*", "rpm:python3-*", "rpm:python3*-*", "apk:py3-*"),
    order=5,
    why="Python packages that were installed with their files recorded.",
    fix="Leave out what the application does not import.",
)
