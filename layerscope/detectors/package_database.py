"""What package managers remember of their installations."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="package-database",
    title="package databases",
    group=Group.SYSTEM,
    directories=(
        "var/lib/dpkg",
        "var/lib/rpm",
        "usr/lib/sysimage/rpm",
        "usr/share/rpm",
        "lib/apk/db",
        "usr/lib/apk/db",
        "var/lib/apt",
        "var/lib/dnf",
        "var/lib/yum",
        "var/lib/zypp",
        "var/lib/pacman",
        "var/cache/debconf",
        "**/conda-meta",
    ),
    why="The lists of installed packages and their files; scanners and later installations read them.",
    fix="Leave it: without it nothing can tell what is in the image.",
)
