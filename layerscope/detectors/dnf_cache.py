"""What dnf, yum and zypper downloaded."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="dnf-cache",
    title="dnf, yum and zypper caches",
    group=Group.CACHES,
    directories=("var/cache/dnf", "var/cache/yum", "var/cache/libdnf5", "var/cache/zypp", "var/cache/PackageKit"),
    why="Repository metadata and packages stay behind after an installation.",
    fix="End the same RUN with `dnf clean all` (`zypper clean --all`), or mount /var/cache/dnf as a cache.",
)
