"""Software that was installed by hand."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="local-install",
    title="software under /usr/local",
    group=Group.APPLICATION,
    directories=("usr/local",),
    unless_owned=True,
    order=2,
    why="`make install` and downloaded programs: no package manager knows these files.",
    fix="Install into a folder of its own in a build stage and copy what is loaded.",
)
