"""`layerscope render SAVED`."""

from pathlib import Path

import click

from layerscope.cli.completion import complete_reference
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.reports import (
    FORMATS_HELP,
    STDOUT,
    ReportFile,
    ReportFileType,
    chosen_reports,
    report_options,
    write_reports,
)
from layerscope.report.formats import ALL_FORMATS

EPILOG = f"""\b
SAVED is what `layerscope analyze REF --save PATH` wrote; the image is not needed any more.

{FORMATS_HELP}

\b
Examples:
  layerscope analyze my-image:tag --save image.lsa
  layerscope render image.lsa
  layerscope render image.lsa --to json | jq .sizes
  layerscope render image.lsa --report json=report.json --report text=report.txt

\b
Exit codes: 0 done, 2 usage, 3 file not readable, or of an image that was not wholly read."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("saved", metavar="SAVED", shell_complete=complete_reference)
@click.option(
    "--to",
    "targets",
    type=ReportFileType(ALL_FORMATS, STDOUT),
    metavar="FORMAT[=PATH]",
    multiple=True,
    help="Write a report to standard output, or to PATH.",
)
@report_options
@click.option("--plain", is_flag=True, help="Text without bars and colours.")
def render(
    saved: str, *, targets: tuple[ReportFile, ...], reports: tuple[ReportFile, ...], json_path: str | None, plain: bool
) -> int:
    """Show a saved analysis again, in any format.

    Every report says what it would have said when the image was analysed.
    """
    from layerscope.saved.load import load_analysis

    chosen = chosen_reports([*targets, *reports], json_path)
    analysis = load_analysis(Path(saved))
    write_reports(analysis, chosen)
    if all(item.path != STDOUT for item in chosen):
        from layerscope.cli.console import show_report

        show_report(analysis, is_plain=plain)
    return ExitCode.DONE if analysis.is_complete else ExitCode.NOT_READ
