"""PyTorch itself."""

from layerscope.detectors.cuda_components import SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="torch",
    title="PyTorch",
    group=Group.PYTHON,
    directories=("opt/libtorch", "usr/local/libtorch", *below(SITE_FOLDERS, ["torch", "functorch", "torchgen"])),
    packages=(*owned(["python"], ["torch"]), *owned(["conda"], ["pytorch", "libtorch", "pytorch-gpu", "pytorch-cpu"])),
    unless_owned=True,
    order=1,
    why="Most of it is device code for architectures that the machine does not have.",
    fix="Without GPUs, install from the CPU index (`--index-url https://download.pytorch.org/whl/cpu`).",
)
