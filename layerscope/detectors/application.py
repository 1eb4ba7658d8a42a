"""What COPY and ADD brought."""

from layerscope.detectors.detector import Detector, Group

_ROOTS = (
    "app",
    "apps",
    "application",
    "backend",
    "build",
    "code",
    "config",
    "configs",
    "data",
    "home",
    "mnt",
    "model",
    "models",
    "opt",
    "project",
    "projects",
    "repo",
    "root",
    "scripts",
    "server",
    "service",
    "src",
    "srv",
    "usr/src",
    "var/task",
    "var/www",
    "workdir",
    "work",
    "workspace",
    "workspaces",
)

DETECTOR = Detector(
    id="application",
    title="application",
    group=Group.APPLICATION,
    directories=_ROOTS,
    files=("*.*", "entrypoint", "start"),
    unless_owned=True,
    order=2,
    why="The application itself, and whatever else lies in the folders where applications lie.",
    fix="Copy only what runs; list the rest in .dockerignore.",
)
