"""JAX and XLA's plugins."""

from layerscope.detectors.cuda_components import SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="jax",
    title="JAX",
    group=Group.PYTHON,
    directories=below(SITE_FOLDERS, ["jax", "jaxlib", "jax_plugins"]),
    packages=(
        *owned(["python"], ["jax", "jaxlib", "jax-cuda*", "jax_cuda*", "flax", "optax", "orbax-checkpoint"]),
        *owned(["conda"], ["jax", "jaxlib"]),
    ),
    unless_owned=True,
    order=1,
    why="XLA is one large library, and each CUDA release has its own plugin.",
    fix="Install `jax` without extras where no GPU is used.",
)
