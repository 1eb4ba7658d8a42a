"""`layerscope analyze --quick`: from manifest, configuration and tables of contents alone."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.exit_code import ExitCode
from layerscope.cli.gate import GateFlags, conclude
from layerscope.cli.many_outputs import image_outputs
from layerscope.cli.references import file_names
from layerscope.cli.reports import STDOUT, ReportFile, write_reports
from layerscope.errors import UsageError
from layerscope.progress import Progress
from layerscope.report.formats import find_format
from layerscope.report.outline.formats import QUICK_FORMATS

if TYPE_CHECKING:
    from layerscope.outline.outline import Outline


def check_quick(references: Sequence[str], options: Iterable[tuple[str, bool]]) -> None:
    """Raise UsageError for several images, and for options, given with whether they are set, that need layers."""
    if len(references) > 1:
        raise UsageError("--quick is about one image, and there are several.", hint="Look at each by itself.")
    for name, is_set in options:
        if is_set:
            raise UsageError(f"{name} needs what is in layers, and --quick reads none.", hint="Leave one of both out.")


def quick_reports(reference: str, reports: Iterable[ReportFile], json_path: str | None) -> tuple[ReportFile, ...]:
    """The reports that were asked for, in the forms that a quick look has; raises UsageError for others."""
    outputs = image_outputs(file_names([reference])[0], reports, json_path, None)
    known = [item.id for item in QUICK_FORMATS]
    for item in outputs.reports:
        if item.format.id not in known:
            raise UsageError(
                f"--quick cannot write {item.format.id}: it is about what is in layers.",
                hint=f"It has {', '.join(known)}.",
            )
    return tuple(ReportFile(find_format(item.format.id, QUICK_FORMATS), item.path) for item in outputs.reports)


def look_quickly(
    look: Callable[[Progress], "Outline"],
    reports: Sequence[ReportFile],
    flags: GateFlags,
    *,
    is_plain: bool,
    is_quiet: bool,
) -> int:
    """Take an outline, write it and print it; returns the exit code."""
    from layerscope.cli.progress import show_progress

    with show_progress(is_quiet=is_quiet) as progress:
        outline = look(progress)
    write_reports(outline, reports)
    if all(item.path != STDOUT for item in reports):
        from layerscope.cli.console import show
        from layerscope.report.outline.console import print_outline

        show(partial(print_outline, outline), is_plain=is_plain)
    verdict = conclude(outline.gate, flags)
    if outline.is_damaged:
        click.echo("layerscope: a table of contents cannot be believed; see the warnings.", err=True)
        return ExitCode.NOT_READ
    return verdict
