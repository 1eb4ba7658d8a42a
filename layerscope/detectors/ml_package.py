"""Well-known packages for machine learning and numerics."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import owned
from layerscope.detectors.ml_names import ML

DETECTOR = Detector(
    id="ml-package",
    title="machine learning packages",
    group=Group.PYTHON,
    packages=owned(["python", "conda"], ML),
    order=2,
    why="Libraries for models, data and numerics; several bring device code or bundled libraries.",
    fix="Leave out what is not imported, and take the `-headless`, `-cpu` or `-slim` variant where there is one.",
)
