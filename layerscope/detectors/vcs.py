"""The history of a version control system."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="vcs",
    title="version control",
    group=Group.APPLICATION,
    directories=("**/.git", "**/.svn", "**/.hg", "**/.bzr"),
    order=1,
    why="COPY took the repository's whole history along, deleted files and all.",
    fix="List it in .dockerignore.",
)
