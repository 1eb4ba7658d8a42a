"""What no detector claims and no package owns."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="unowned",
    title="unowned",
    group=Group.REST,
    why="Neither a package nor a rule accounts for these bytes: the application, or what is not understood.",
    fix="Look at the largest paths.",
)
