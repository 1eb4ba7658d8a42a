"""Logs, temporary files and histories."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="logs-temp",
    title="logs and temporary files",
    group=Group.SYSTEM,
    directories=("var/log", "tmp", "var/tmp", "var/spool", "run", "var/run"),
    files=("root/*.log", "root/.*_history", "root/.wget-hsts", "root/.lesshst", "root/.viminfo"),
    why="What installers and shells left behind.",
    fix="Delete them in the RUN that writes them; mount a tmpfs on /tmp: `RUN --mount=type=tmpfs,target=/tmp`.",
)
