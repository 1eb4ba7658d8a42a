"""apt's package lists."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="apt-lists",
    title="apt package lists",
    group=Group.CACHES,
    directories=("var/lib/apt/lists",),
    why="`apt-get update` downloads the lists of all packages; they are only needed while packages are installed.",
    fix="End the same RUN with `rm -rf /var/lib/apt/lists/*`, or mount /var/lib/apt as a cache.",
)
