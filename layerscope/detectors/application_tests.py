"""Tests of the application."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="application-tests",
    title="application tests",
    group=Group.APPLICATION,
    directories=("**/tests",),
    files=("**/test/**/*.py", "**/conftest.py"),
    unless_owned=True,
    order=1,
    why="Tests and their data are not run in production.",
    fix="List it in .dockerignore.",
)
