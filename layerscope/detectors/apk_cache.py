"""Alpine's package index and packages that apk kept."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="apk-cache",
    title="apk cache",
    group=Group.CACHES,
    directories=("var/cache/apk", "etc/apk/cache", "lib/apk/cache"),
    why="`apk update` and a cache folder leave indexes and packages behind.",
    fix="Install with `apk add --no-cache`.",
)
