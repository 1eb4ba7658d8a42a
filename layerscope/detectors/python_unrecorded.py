"""Files among the installed packages that no package lists."""

from layerscope.detectors.cuda_components import SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="python-unrecorded",
    title="unrecorded Python files",
    group=Group.PYTHON,
    directories=SITE_FOLDERS,
    unless_owned=True,
    order=3,
    why="No RECORD names them: they were copied in, left by an uninstallation or written at run time.",
    fix="Install with pip or uv, so that they can be accounted for and removed.",
)
