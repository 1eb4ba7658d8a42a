"""What is left of conda's installation."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="conda-package",
    title="conda packages",
    group=Group.SYSTEM,
    directories=("opt/conda", "**/miniconda*", "**/anaconda*", "**/miniforge*", "**/mambaforge*", "**/micromamba"),
    packages=("conda:*",),
    unless_owned=True,
    order=2,
    why="Packages that conda brought, and the files of conda itself.",
    fix="Create the environment with what is imported only, and pack it with `conda-pack` for the last stage.",
)
