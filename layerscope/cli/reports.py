"""`--report FORMAT=PATH` and `--json PATH`: which reports go where."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from layerscope.errors import UsageError
from layerscope.report.formats import ALL_FORMATS, Format, Formats, find_format, list_formats
from layerscope.units import safe_text

STDOUT = "-"
FORMATS_HELP = "\b\nReport formats:\n" + "\n".join(f"  {line}" for line in list_formats())
_Command = TypeVar("_Command", bound=Callable[..., Any])


class ReportFile(Struct, frozen=True):
    """One report that is to be written; the path `-` is standard output."""

    format: Format
    path: str


class ReportFileType(click.ParamType[ReportFile]):
    """Turns `FORMAT=PATH` into a ReportFile, and `FORMAT` alone where there is a default path."""

    name = "FORMAT=PATH"

    def __init__(self, formats: Formats, default_path: str = "") -> None:
        self._formats = formats
        self._default_path = default_path

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ReportFile:
        """Split at the first equals sign; a path may have more."""
        if isinstance(value, ReportFile):
            return value
        name, equals, path = str(value).partition("=")
        path = path if equals else self._default_path
        if not path:
            self.fail(f"{safe_text(value)!r} is not FORMAT=PATH, as in json=report.json.", param, ctx)
        try:
            return ReportFile(find_format(name, self._formats), path)
        except UsageError as error:
            self.fail(str(error), param, ctx)


def report_options(command: _Command, formats: Formats = ALL_FORMATS) -> _Command:
    """Give a command the options `--report` and `--json`, as `reports` and `json_path`."""
    for option in (
        click.option(
            "--report",
            "reports",
            type=ReportFileType(formats),
            metavar="FORMAT=PATH",
            multiple=True,
            help="Write a report to PATH, - for standard output; may be given several times.",
        ),
        click.option("--json", "json_path", metavar="PATH", help="Short for --report json=PATH."),
    ):
        command = option(command)
    return command


def chosen_reports(
    reports: Sequence[ReportFile],
    json_path: str | None,
    formats: Formats = ALL_FORMATS,
    save_path: str | None = None,
) -> tuple[ReportFile, ...]:
    """All reports that the options ask for.

    Raises UsageError where two, or one and `--save`, have one path, and where the folder of a path is not there.
    """
    chosen = [*reports, *([ReportFile(find_format("json", formats), json_path)] if json_path is not None else [])]
    seen: set[str | Path] = set()
    if save_path is not None:
        seen.add(Path(save_path).absolute())
        _check_folder(save_path, "The analysis")
    for item in chosen:
        place = STDOUT if item.path == STDOUT else Path(item.path).absolute()
        if place in seen:
            where = "standard output" if item.path == STDOUT else safe_text(item.path)
            raise UsageError(f"Two outputs cannot both go to {where}.", hint="Give each one its own path.")
        seen.add(place)
        if item.path != STDOUT:
            _check_folder(item.path, "The report")
    return tuple(chosen)


def _check_folder(path: str, what: str) -> None:
    """Say before the work what would only be noticed after it."""
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise UsageError(
            f"{what} {safe_text(path)} cannot be written: there is no folder {safe_text(str(folder))}.",
            hint="Make the folder first.",
        )


def write_reports(subject: object, reports: Sequence[ReportFile]) -> None:
    """Write each report on what its format is about; one that fails leaves an older file of its name as it was."""
    from layerscope.cli.write_file import write_pieces

    for item in reports:
        pieces = item.format.render(subject)
        if item.path == STDOUT:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        else:
            write_pieces(Path(item.path), pieces)
