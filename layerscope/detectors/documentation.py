"""Documentation, manual pages and info files."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="documentation",
    title="documentation",
    group=Group.SYSTEM,
    directories=(
        "usr/share/doc",
        "usr/share/man",
        "usr/share/info",
        "usr/share/gtk-doc",
        "usr/share/help",
        "usr/local/share/doc",
        "usr/local/share/man",
        "usr/local/share/info",
        "usr/local/man",
        "opt/conda/share/doc",
        "opt/conda/share/man",
        "opt/conda/share/info",
        "opt/conda/man",
    ),
    why="Packages bring documentation that nobody reads in a container.",
    fix="Tell dpkg to leave it out: `path-exclude=/usr/share/doc/*` in /etc/dpkg/dpkg.cfg.d, before installing.",
)
