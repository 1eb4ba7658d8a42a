"""uv's cache of downloaded, unpacked and built packages."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="uv-cache",
    title="uv cache",
    group=Group.CACHES,
    directories=(
        "**/.cache/uv",
        "**/uv-cache",
        "**/archive-v0",
        "**/sdists-v*",
        "**/simple-v*",
        "**/uv/wheels-v*",
        "**/uv/builds-v0",
    ),
    why="uv keeps each package unpacked; what it cannot link into the environment is there twice.",
    fix="Set `UV_NO_CACHE=1`, or mount it: `RUN --mount=type=cache,target=/root/.cache/uv` with `UV_LINK_MODE=copy`.",
)
