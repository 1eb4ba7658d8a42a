"""`--no-cache`, and the cache that a command uses without it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from layerscope.cache.scan_cache import ScanCache

_Command = TypeVar("_Command", bound=Callable[..., Any])


def cache_option(command: _Command) -> _Command:
    """Give a command the option `--no-cache`."""
    return click.option(
        "--no-cache", is_flag=True, envvar="LAYERSCOPE_NO_CACHE", help="Read everything anew, and keep nothing of it."
    )(command)


def use_cache(*, is_off: bool) -> "ScanCache | None":
    """The cache until the command is through; None where it is switched off or cannot be used."""
    from layerscope.cache.open import open_cache

    if is_off:
        return None
    return click.get_current_context().with_resource(open_cache(_say))


def _say(problem: str) -> None:
    click.echo(f"layerscope: {problem}", err=True)
