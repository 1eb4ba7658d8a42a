"""The options of every command that may read from a registry."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.sources.options import RegistryOptions

_Command = TypeVar("_Command", bound=Callable[..., Any])


def registry_options(command: _Command) -> Callable[..., Any]:
    """Add the options; the command gets them as `registry`."""

    @click.option(
        "--insecure-registry",
        "plain_hosts",
        metavar="HOST",
        multiple=True,
        envvar="LAYERSCOPE_INSECURE_REGISTRY",
        callback=_checked_hosts,
        help="Allow plain HTTP with this registry, as host:5000; may be given several times. This machine's need none.",
    )
    @click.option(
        "--registry-timeout",
        "silence_seconds",
        metavar="SECONDS",
        type=click.FloatRange(min=1, max=3600),
        default=30,
        show_default=True,
        envvar="LAYERSCOPE_REGISTRY_TIMEOUT",
        help="How long a registry may stay silent before the connection is made anew.",
    )
    @functools.wraps(command)
    def with_registry(*args: Any, plain_hosts: tuple[str, ...], silence_seconds: float, **kwargs: Any) -> Any:
        return command(*args, registry=_options(plain_hosts, silence_seconds), **kwargs)

    return with_registry


def _options(plain_hosts: tuple[str, ...], silence_seconds: float) -> "RegistryOptions":
    from layerscope.sources.options import RegistryOptions

    return RegistryOptions(plain_hosts=plain_hosts, silence_seconds=silence_seconds)


def _checked_hosts(_context: click.Context, _parameter: click.Parameter, hosts: tuple[str, ...]) -> tuple[str, ...]:
    for host in hosts:
        if not host or "/" in host or " " in host:
            raise click.BadParameter(f"{safe_text(host)!r} is no host; expected HOST or HOST:PORT.")
    return hosts
