"""Jupyter notebooks."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="notebooks",
    title="notebooks",
    group=Group.APPLICATION,
    directories=("**/.ipynb_checkpoints",),
    files=("**/*.ipynb",),
    unless_owned=True,
    order=1,
    why="Notebooks hold the output of every cell, pictures included.",
    fix="List it in .dockerignore.",
)
