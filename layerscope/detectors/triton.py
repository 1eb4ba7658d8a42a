"""The Triton compiler."""

from layerscope.detectors.cuda_components import SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="triton",
    title="Triton",
    group=Group.PYTHON,
    directories=below(SITE_FOLDERS, ["triton"]),
    packages=(
        *owned(["python"], ["triton", "pytorch-triton", "pytorch_triton", "triton-windows"]),
        *owned(["conda"], ["triton"]),
    ),
    unless_owned=True,
    order=1,
    why="The compiler behind torch.compile; a fifth to a third of it is debug information.",
    fix="PyTorch needs it only for torch.compile and kernels written in Triton.",
)
