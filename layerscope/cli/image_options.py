"""The options of every command that reads an image by its reference."""

from collections.abc import Callable
from typing import Any

import click

from layerscope.cli.registry import registry_options

_PLATFORM = click.option(
    "--platform",
    metavar="OS/ARCH",
    envvar="LAYERSCOPE_PLATFORM",
    help="Which platform of a multi-platform image, as linux/arm64.",
)
_PULL = click.option(
    "--pull",
    type=click.Choice(["missing", "always", "never"]),
    envvar="LAYERSCOPE_PULL",
    help="Whether an engine may pull an image; never keeps the registry out, too.  [default: missing]",
)


def image_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as `platform`, `pull` and `registry`."""
    return _PLATFORM(_PULL(registry_options(command)))
