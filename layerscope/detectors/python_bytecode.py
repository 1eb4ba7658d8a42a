"""Compiled Python modules."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="python-bytecode",
    title="Python byte code",
    group=Group.PYTHON,
    files=("**/*.pyc", "**/*.pyo"),
    why="Python keeps compiled modules beside the sources; they make the first start faster.",
    fix="Where start-up time does not matter: `pip install --no-compile` and `ENV PYTHONDONTWRITEBYTECODE=1`.",
)
