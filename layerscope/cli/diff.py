"""`layerscope diff OLD NEW`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.cache_option import cache_option, use_cache
from layerscope.cli.completion import complete_reference
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.following import load_following
from layerscope.cli.gate import Amount
from layerscope.cli.image_options import image_options
from layerscope.cli.reports import STDOUT, ReportFile, chosen_reports, report_options, write_reports
from layerscope.errors import UsageError
from layerscope.report.diff.formats import DIFF_FORMATS
from layerscope.report.formats import list_formats
from layerscope.settings.amounts import parse_bandwidth

if TYPE_CHECKING:
    from layerscope.diff.difference import Difference
    from layerscope.sources.options import RegistryOptions

_FORMATS_HELP = "\n".join(f"  {line}" for line in list_formats(DIFF_FORMATS))
EPILOG = f"""\b
OLD and NEW are each what `layerscope analyze` takes, or a JSON report or an analysis that it saved.

\b
Report formats:
{_FORMATS_HELP}

\b
Examples:
  layerscope diff my-image:1 my-image:2
  layerscope diff registry:ghcr.io/org/app:1 registry:ghcr.io/org/app:2
  layerscope diff main.json my-image:latest --max-growth 5%
  layerscope diff old.tar new.tar --report md=diff.md --json diff.json

\b
Exit codes: 0 done, 1 grown beyond a limit, 2 usage, 3 image not found or not wholly read, 130 interrupted."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("old", metavar="OLD", shell_complete=complete_reference)
@click.argument("new", metavar="NEW", shell_complete=complete_reference)
@partial(report_options, formats=DIFF_FORMATS)
@click.option(
    "--max-growth",
    "limits",
    metavar="LIMIT",
    multiple=True,
    help="Fail if the stored bytes grew by more than 5% or 200MB; may be given several times.",
)
@click.option(
    "--bandwidth",
    type=Amount("RATE", parse_bandwidth),
    metavar="RATE",
    envvar="LAYERSCOPE_BANDWIDTH",
    help="At which pull times are given, as 100Mbit/s.  [default: 1Gbit/s]",
)
@click.option("--config", metavar="PATH", envvar="LAYERSCOPE_CONFIG", help="The configuration file to read.")
@click.option("--no-config", is_flag=True, help="Read no configuration file.")
@image_options
@click.option(
    "--purpose",
    type=click.Choice(["prod", "dev", "ci"]),
    envvar="LAYERSCOPE_PURPOSE",
    help="What the images are for; reports have been made for one already.  [default: prod]",
)
@cache_option
@click.option("--plain", is_flag=True, help="Text without bars and colours.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
def diff(
    old: str,
    new: str,
    *,
    reports: tuple[ReportFile, ...],
    json_path: str | None,
    limits: tuple[str, ...],
    bandwidth: int | None,
    config: str | None,
    no_config: bool,
    platform: str | None,
    pull: str | None,
    registry: "RegistryOptions",
    purpose: str | None,
    no_cache: bool,
    plain: bool,
    quiet: bool,
) -> int:
    """Say what changed from one image to another, and why.

    Prints the verdict first: how much the image grew, whether that is yours or the base image's, how much a machine
    fetches that has the old one, and the first instruction that kept its layers from being reused.
    """
    from layerscope.cli.open_side import open_side
    from layerscope.cli.progress import show_progress
    from layerscope.diff.compare import compare
    from layerscope.diff.limit import parse_limit
    from layerscope.findings.purpose import Purpose
    from layerscope.oci.platform import Platform
    from layerscope.pipeline import analyze_image
    from layerscope.settings.nearest import nearest_settings
    from layerscope.settings.settings import Settings
    from layerscope.sources.options import OpenOptions

    if old == new == "-":
        raise UsageError("Only one of the two images can come from standard input.")
    chosen, allowed = chosen_reports(reports, json_path, DIFF_FORMATS), [parse_limit(text) for text in limits]
    settings = Settings() if no_config else nearest_settings(Path.cwd(), Path(config) if config else None)
    platform = platform or settings.platform
    cache = use_cache(is_off=no_cache)
    with show_progress(is_quiet=quiet) as progress:
        take_apart = partial(
            analyze_image,
            options=OpenOptions(
                Platform.parse(platform) if platform else None,
                pull or settings.pull,
                registry=registry,
                unpacked_limit_bytes=settings.unpacked_limit_bytes,
                ratio=settings.ratio,
            ),
            progress=progress,
            purpose=Purpose(purpose) if purpose else settings.purpose,
            own_bases=settings.bases,
            ignored_rules=settings.ignored_rules,
            cache=cache,
            meanwhile=load_following,
        )
        old_side, new_side = (open_side(reference, take_apart) for reference in (old, new))
    rate = bandwidth or settings.bandwidth_bits_per_second
    difference = compare(old_side, new_side, limits=allowed, bandwidth_bits_per_second=rate)
    write_reports(difference, chosen)
    if all(item.path != STDOUT for item in chosen):
        from layerscope.cli.console import show
        from layerscope.report.diff.console import print_difference

        show(partial(print_difference, difference, is_plain=plain), is_plain=plain)
    return _exit_code(difference)


def _exit_code(difference: "Difference") -> ExitCode:
    if not (difference.old.complete and difference.new.complete):
        click.echo("layerscope: an image is damaged and was read in part.", err=True)
        return ExitCode.NOT_READ
    if difference.has_failed:
        click.echo("layerscope: the image grew beyond a limit.", err=True)
        return ExitCode.CHECK_FAILED
    return ExitCode.DONE
