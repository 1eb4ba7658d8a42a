"""Everything that speaks for or against a base, gathered once."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from layerscope.base_image.environment import ARCHITECTURES, CudaClaim, cuda_claim, variables
from layerscope.base_image.labels import DeclaredBase, declared_base
from layerscope.base_image.nvidia import chain_end, chain_variables
from layerscope.base_image.operating_system import OperatingSystem, find_os
from layerscope.base_image.system_cuda import SystemCuda, find_system_cuda
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.oci.build_step import BuildStep, build_steps
from layerscope.oci.image import Image


class HistoryEnds(Struct, frozen=True, eq=False):
    """How many of the lowest steps, by the history, are up to the end of a root file system, of PyTorch's image, and of
    whatever base is highest; 0 for none. The last is a number of layers."""

    root: int
    pytorch: int
    base_layers: int


class Clues(Struct, frozen=True, eq=False):
    """The image with what each source says of its base.

    `chain_end` is how many steps are NVIDIA's by the history, and `chain` what they set; `environment` is what the
    configuration claims, which anybody may have changed.
    """

    image: Image
    steps: tuple[BuildStep, ...]
    ends: HistoryEnds
    env: Mapping[str, str]
    environment: CudaClaim | None
    chain_end: int
    chain: CudaClaim | None
    declared: DeclaredBase | None
    os: OperatingSystem | None
    cuda: SystemCuda

    @property
    def architecture(self) -> str:
        """The processor's architecture as images name it."""
        return self.image.platform.architecture

    @property
    def os_name(self) -> str | None:
        """The operating system as in tags."""
        return self.os.name if self.os else None

    def layers_to(self, steps: int) -> tuple[int, ...]:
        """The layers that the lowest so many steps made, with those that the history does not know below them."""
        step = self.steps[steps - 1]
        return tuple(range(step.below + (step.layer is not None)))


def gather(image: Image, stack: LayerStack, owners: Owners, ends: HistoryEnds) -> Clues:
    """Ask every source once."""
    steps = build_steps(image)
    env = variables(image.config.env)
    end = chain_end(steps)
    labels = image.config.labels
    return Clues(
        image,
        steps,
        ends,
        env,
        cuda_claim(env),
        end,
        _chain_claim(steps[:end]),
        declared_base(labels, image.annotations),
        find_os(stack, labels, steps),
        find_system_cuda(stack, owners),
    )


def _chain_claim(steps: Sequence[BuildStep]) -> CudaClaim | None:
    """What the stages of the history set; lower ones may be unknown to it."""
    if not steps:
        return None
    values = chain_variables(steps)
    return cuda_claim({"NV_CUDA_CUDART_VERSION": "", **values})


def architecture_of(values: Mapping[str, str]) -> str | None:
    """The architecture that NVIDIA's variables name."""
    return ARCHITECTURES.get(values.get("NVARCH", ""))
