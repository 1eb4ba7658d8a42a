"""Documentation, manual pages and info files."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="documentation",
    title="documentation",
    group=Group.SYSTEM,
    directories=("usr/share/doc", "usr/share/man", "usr/share/info", "usr/local/share/doc", "usr/local/share/man"),
    why="Packages bring documentation that nobody reads in a container.",
    fix="Tell dpkg to leave it out: `path-exclude=/usr/share/doc/*` in /etc/dpkg/dpkg.cfg.d, before installing.",
)
