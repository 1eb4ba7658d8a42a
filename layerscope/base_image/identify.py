"""Which base is under an image, and which of the image's layers are the base's."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from layerscope.base_image.clues import Clues, HistoryEnds, gather
from layerscope.base_image.detected import DetectedBase, OwnBase
from layerscope.base_image.families import (
    detect_distro,
    detect_distroless,
    detect_ngc,
    detect_python,
    detect_pytorch,
)
from layerscope.base_image.nvidia import chain_end
from layerscope.base_image.nvidia_cuda import detect_cuda_image
from layerscope.base_image.own import detect_own
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.oci.build_step import BuildStep, build_steps
from layerscope.oci.credentials import mask_secrets
from layerscope.oci.image import Image
from layerscope.units import safe_text

_BUILDER = re.compile(r"# (?:debian|debuerreotype|ubuntu)|bazel build |apko\b")
_COMMENTS = ("Imported from", "imported from", "debuerreotype", "apko", "Created by Image Builder")
_BUILDAH_FROM = re.compile(r"FROM (?![0-9a-f]{12}$|[0-9a-f]{64}$)(\S{1,300})$")
_PROGRAM = re.compile(
    r"[\w.-]{1,200}\.(?:py|sh|js|mjs|jar|rb|pl)\b|(?<=\"-m\" \")[\w.]{1,200}|(?<=\"-m\", \")[\w.]{1,200}"
    r"|(?<=-m )[\w.]{1,200}|[\w.]{1,200}:\w{1,200}(?=[\"\s\]]|$)"
)
_LANGUAGE = re.compile(r"(?:PYTHON|NODE|RUBY|GOLANG|RUST|JULIA|PHP)_VERSION\b")
_INTERPRETERS = ("python3", "python", "node", "irb", "bash", "julia", "php")
_LABELS = ("org.opencontainers.image.base.name", "io.buildpacks.stack.id", "io.buildpacks.base.distro.name")
_SHOWN_CHARACTERS = 120
_COMMANDS_LIMIT = 50
_COMMAND_CHARACTERS = 2_000
# Each is looked for in all of the history; real commands name one or two.
_PROGRAMS_LIMIT = 10


# The first that recognises its image wins: an image that was built on another one comes before that.
_DETECTORS = (detect_ngc, detect_pytorch, detect_cuda_image, detect_python, detect_distroless, detect_distro)


class BaseLayers(Struct, frozen=True):
    """The lowest `count` layers are the base image's, as `evidence` says; 0 where the image is a base itself."""

    count: int
    evidence: tuple[str, ...]


def identify(
    image: Image,
    stack: LayerStack,
    owners: Owners,
    own_bases: Sequence[OwnBase] = (),
) -> DetectedBase | None:
    """Name the base under an image with what speaks for it; None where nothing proves one.

    A declared base wins over what it was built on.
    """
    clues = gather(image, stack, owners, _ends(image))
    public = _detect_public(clues)
    return detect_own(clues, own_bases, public) or public


def _detect_public(clues: Clues) -> DetectedBase | None:
    return next((found for detect in _DETECTORS if (found := detect(clues))), None)


def _ends(image: Image) -> HistoryEnds:
    steps = build_steps(image)
    layers = max((layers for layers, _ in _signs(image)), default=0)
    return HistoryEnds(_root_end(steps), _pytorch_end(steps), min(layers, len(image.layers)))


def identify_base(image: Image) -> BaseLayers:
    """Find the highest layer of which the history says that a base image ended with it.

    An image that is nothing but a base has no base: count 0, with evidence. Without any sign there is no evidence.
    """
    found = [item for item in _signs(image) if item[0] > 0]
    if not found:
        return BaseLayers(0, ())
    count = max(layers for layers, _ in found)
    evidence = tuple(dict.fromkeys(text for layers, text in found if layers == count))
    if count >= len(image.layers):
        return BaseLayers(0, (*evidence, "There is no layer above it."))
    return BaseLayers(count, evidence + _labels(image))


def _signs(image: Image) -> Iterator[tuple[int, str]]:
    """Numbers of layers with which a base ends, and why; some lie below others."""
    steps = build_steps(image)
    unknown = sum(layer.history is None for layer in image.layers)
    if 0 < unknown < len(image.layers):
        yield unknown, f"The history does not say how the lowest {unknown} layers came to be."
    if root_end := _root_end(steps):
        yield _layers_at(steps, root_end), f"A root file system is the first layer: {_shown(steps[0:root_end])}"
    for step in steps:
        if match := _BUILDAH_FROM.match(step.history.comment):
            yield step.below, f"The builder noted that it began with {safe_text(mask_secrets(match.group(1)))}."
    for number in _commands(steps):
        if _is_finished(steps, number):
            yield _layers_at(steps, number + 1), f"Layers follow on {_shown([steps[number]])}"
            break
    if _is_language(steps):
        yield len(image.layers), "The image is an interpreter's own: its version is set, built and run."
    if end := chain_end(steps):
        yield _layers_at(steps, end), f"NVIDIA's CUDA image ends with {_shown([steps[end - 1]])}"
    if end := _pytorch_end(steps):
        yield _layers_at(steps, end), "PyTorch's image ends with ENV PYTORCH_VERSION and WORKDIR /workspace"


def _root_end(steps: Sequence[BuildStep]) -> int:
    """How many steps there are up to the end of an unpacked or imported root file system; 0 for none."""
    for number, step in enumerate(steps):
        if step.layer is not None:
            return _last_of_build(steps, number) + 1 if step.layer == 0 and _is_root(step) else 0
    return 0


def _is_root(step: BuildStep) -> bool:
    if step.history.comment.startswith(_COMMENTS):
        return True
    if step.keyword == "ADD":
        return step.rest.endswith(" /")
    if step.keyword == "COPY":
        return step.rest == "/ /"
    return not step.keyword and _BUILDER.match(step.rest) is not None


def _last_of_build(steps: Sequence[BuildStep], first: int) -> int:
    """The last of several layers in a row that one foreign builder made."""
    last = first
    while last + 1 < len(steps) and not steps[first].keyword and _is_same_builder(steps[first], steps[last + 1]):
        last += 1
    return last


def _is_same_builder(step: BuildStep, other: BuildStep) -> bool:
    return bool(step.rest) and step.rest == other.rest and other.layer is not None


def _commands(steps: Sequence[BuildStep]) -> list[int]:
    """The CMD and ENTRYPOINT steps on which layers follow, the last one first, a bounded number of them."""
    top = max((number for number, step in enumerate(steps) if step.layer is not None), default=0)
    found = [number for number, step in enumerate(steps[:top]) if step.keyword in ("CMD", "ENTRYPOINT")]
    return found[: -_COMMANDS_LIMIT - 1 : -1]


def _is_finished(steps: Sequence[BuildStep], number: int) -> bool:
    """Whether what a command runs was there already, so that it is a finished image's and not a hasty author's."""
    programs = dict.fromkeys(_PROGRAM.findall(steps[number].rest[:_COMMAND_CHARACTERS]))
    if len(programs) > _PROGRAMS_LIMIT:
        return False
    return all(any(program in earlier.rest for earlier in steps[:number]) for program in programs)


def _is_language(steps: Sequence[BuildStep]) -> bool:
    """Whether all layers are of an official image of a language: behind its version comes the bare interpreter."""
    last = next((number for number in reversed(range(len(steps))) if steps[number].keyword == "CMD"), None)
    if last is None or any(step.layer is not None for step in steps[last + 1 :]):
        return False
    if not any(steps[last].rest == f'["{name}"]' for name in _INTERPRETERS):
        return False
    for step in reversed(steps[:last]):
        if step.keyword == "CMD":
            return False
        if step.keyword == "ENV" and _LANGUAGE.match(step.rest):
            return True
    return False


def _pytorch_end(steps: Sequence[BuildStep]) -> int:
    """PyTorch's image sets no command; its last step is a WORKDIR."""
    versions = [number for number, step in enumerate(steps) if step.text.startswith("ENV PYTORCH_VERSION")]
    if not versions or versions[-1] + 1 >= len(steps):
        return 0
    return versions[-1] + 2 if steps[versions[-1] + 1].text == "WORKDIR /workspace" else 0


def _layers_at(steps: Sequence[BuildStep], count: int) -> int:
    step = steps[count - 1]
    return step.below + (step.layer is not None)


def _labels(image: Image) -> tuple[str, ...]:
    return tuple(
        f"Label {name} is {safe_text(mask_secrets(image.config.labels[name]))[:_SHOWN_CHARACTERS]}"
        for name in _LABELS
        if name in image.config.labels
    )


def _shown(steps: Sequence[BuildStep]) -> str:
    step = steps[-1]
    return safe_text(step.text or mask_secrets(step.history.comment))[:_SHOWN_CHARACTERS]
