"""`--save PATH`: the analysis in a file, for later."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from layerscope.analysis import Analysis

_Command = TypeVar("_Command", bound=Callable[..., Any])


def save_option(command: _Command) -> _Command:
    """Give a command the option `--save`, as `save_path`."""
    return click.option(
        "--save",
        "save_path",
        metavar="PATH",
        callback=_not_standard_output,
        help="Keep the whole analysis in a file, for `layerscope render`.",
    )(command)


def save(analysis: "Analysis", path: str) -> None:
    """Write the whole file or nothing; raises UsageError where it cannot be written."""
    from layerscope.cli.write_file import write_file
    from layerscope.saved.save import save_analysis

    write_file(Path(path), save_analysis(analysis))


def _not_standard_output(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value == "-":
        raise click.BadParameter("A saved analysis is no text; name a file.")
    return value
