"""pip's cache of downloads and of wheels that it built."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="pip-cache",
    title="pip cache",
    group=Group.CACHES,
    directories=(
        "**/.cache/pip",
        "**/pip-cache/http",
        "**/pip-cache/http-v2",
        "**/pip-cache/wheels",
        "**/pip_cache/http",
        "**/pip_cache/http-v2",
        "**/pip_cache/wheels",
    ),
    why="pip keeps each wheel that it downloads; nothing in the image reads it again.",
    fix="Install with `pip install --no-cache-dir`, or with `RUN --mount=type=cache,target=/root/.cache/pip`.",
)
