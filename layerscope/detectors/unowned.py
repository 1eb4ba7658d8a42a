"""What no detector claims and no package owns."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="unowned",
    title="unowned",
    group=Group.REST,
    why="Neither a package nor a rule accounts for these bytes.",
    fix="Look at the largest files; a rule that should know them is worth a report.",
)
