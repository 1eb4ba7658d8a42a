"""Static libraries outside CUDA."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="static-library",
    title="static libraries",
    group=Group.BUILD,
    files=("**/*.a", "**/*.la"),
    why="Static libraries are for linking.",
    fix="Build in a stage of its own and copy the result, or purge them in the RUN that installs them.",
)
