"""Packages that apt downloaded, and its binary caches."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="apt-archives",
    title="apt archives",
    group=Group.CACHES,
    directories=("var/cache/apt/archives",),
    files=("var/cache/apt/*.bin",),
    why="apt keeps the packages that it installed and an index of all that it knows.",
    fix="End the same RUN with `apt-get clean`, or mount /var/cache/apt as a cache.",
)
