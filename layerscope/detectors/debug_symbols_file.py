"""Debug information in files of its own."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="debug-symbols-file",
    title="debug symbols",
    group=Group.BUILD,
    directories=("usr/lib/debug", "**/.debug"),
    files=("**/*.so.debug", "**/*.so.*.debug", "**/*.dwp"),
    packages=("dpkg:*-dbg", "dpkg:*-dbgsym", "rpm:*-debuginfo", "rpm:*-debugsource", "apk:*-dbg"),
    why="Only a debugger reads them.",
    fix="Do not install `-dbg`, `-dbgsym` or `-debuginfo` packages; keep symbols on a symbol server.",
)
