"""Header files and what else is for compiling against libraries."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="headers",
    title="headers",
    group=Group.BUILD,
    directories=("usr/include", "usr/local/include", "usr/src/linux-headers-*", "usr/src/kernels"),
    packages=(
        "dpkg:*-dev",
        "dpkg:*-dev-bin",
        "dpkg:linux-headers-*",
        "rpm:*-devel",
        "rpm:*-headers",
        "apk:*-dev",
        "apk:linux-headers",
        "conda:kernel-headers_*",
    ),
    order=1,
    why="Development packages are for building; programs do not read them.",
    fix="Build in a stage of its own and copy the result, or purge them in the RUN that installs them.",
)
