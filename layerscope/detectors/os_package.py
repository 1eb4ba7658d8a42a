"""Files that a package of the distribution brought."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="os-package",
    title="system packages",
    group=Group.SYSTEM,
    packages=("dpkg:*", "rpm:*", "apk:*"),
    order=2,
    why="The distribution's packages.",
    fix="Install with `--no-install-recommends` and leave out what only the build needs.",
)
