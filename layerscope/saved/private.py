"""An image without its credentials, as every report shows it: a saved analysis goes from hand to hand."""

from msgspec.structs import replace

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.matched import MatchedDockerfile
from layerscope.oci.config import History, ImageConfig
from layerscope.oci.credentials import mask_arguments, mask_secrets
from layerscope.oci.image import Image

_LEFT_OUT = "•••"


def without_secrets(image: Image) -> Image:
    """The image with credentials masked in its history, commands and labels, and the environment by name alone."""
    steps = {id(step): _masked(step) for step in image.config.history}
    layers = tuple(
        replace(layer, history=steps.get(id(layer.history)) or _masked(layer.history)) if layer.history else layer
        for layer in image.layers
    )
    history = tuple(steps[id(step)] for step in image.config.history)
    return replace(image, config=_masked_config(image.config, history), layers=layers)


def without_text(matched: MatchedDockerfile) -> MatchedDockerfile:
    """The lines of a Dockerfile that made the layers, without the Dockerfile, whose every word may be a secret."""
    lines = replace(matched.lines, missing=())
    return replace(matched, dockerfile=Dockerfile("", matched.dockerfile.escape, ()), lines=lines)


def _masked_config(config: ImageConfig, history: tuple[History, ...]) -> ImageConfig:
    return replace(
        config,
        history=history,
        user=mask_secrets(config.user),
        entrypoint=tuple(mask_arguments(config.entrypoint)),
        cmd=tuple(mask_arguments(config.cmd)),
        env=tuple(_masked_variable(item) for item in config.env),
        labels={mask_secrets(name): _masked_label(name, value) for name, value in config.labels.items()},
    )


def _masked_variable(item: str) -> str:
    """A variable's name; its value may be a secret whatever it looks like, and no report shows it."""
    name, equals, _ = item.partition("=")
    return mask_secrets(name) + (equals and f"={_LEFT_OUT}")


def _masked_label(name: str, value: str) -> str:
    """A label's value, masked by its name as well."""
    masked = mask_secrets(f"{name}={value}").removeprefix(f"{name}=")
    return masked if masked == value else _LEFT_OUT


def _masked(step: History) -> History:
    return replace(step, created_by=mask_secrets(step.created_by), comment=mask_secrets(step.comment))
