"""npm's cache of downloads."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="npm-cache",
    title="npm cache",
    group=Group.CACHES,
    directories=("**/.npm/_cacache", "**/.npm/_logs", "**/.npm/_npx", "**/.npm/_prebuilds", "**/.cache/node-gyp"),
    why="npm keeps the archive of each package that it installs.",
    fix="End the same RUN with `npm cache clean --force`, or mount /root/.npm as a cache.",
)
