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


def use_cache(*, is_off: bool, is_for_many: bool = False) -> "ScanCache | None":
    """The cache until the command is through; None where it is switched off or cannot be used.

    A run over several images has one all the same, gone when it ends, so that it reads no layer twice.
    """
    if is_off and not is_for_many:
        return None
    from layerscope.cache.open import open_cache, open_temporary_cache

    context = click.get_current_context()
    cache = None if is_off else context.with_resource(open_cache(_say))
    return context.with_resource(open_temporary_cache()) if cache is None and is_for_many else cache


def _say(problem: str) -> None:
    click.echo(f"layerscope: {problem}", err=True)
