"""`layerscope budget init`: today's sizes as limits."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.cache_option import cache_option, use_cache
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.following import load_following
from layerscope.cli.gate import Amount
from layerscope.cli.registry import registry_options
from layerscope.errors import UsageError
from layerscope.settings.amounts import parse_percent
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.budget.figures import Figures
    from layerscope.sources.options import RegistryOptions

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
INIT_EPILOG = """\b
REF is an image as for `layerscope analyze`, a JSON report or a saved analysis.

\b
Examples:
  layerscope budget init my-image:tag
  layerscope budget init report.json --headroom 10%
  layerscope budget init my-image:tag --ratchet

\b
Exit codes: 0 done, 2 usage or configuration, 3 image not found or not wholly read."""


@click.group(context_settings=_SETTINGS)
def budget() -> None:
    """Make limits out of the sizes that an image has."""


@budget.command(
    epilog=INIT_EPILOG, short_help="Write today's sizes and some headroom as limits.", context_settings=_SETTINGS
)
@click.argument("reference", metavar="REF")
@click.option("--config", metavar="PATH", help="The file to write to; the nearest one, else .layerscope.toml.")
@click.option(
    "--headroom",
    type=Amount("PERCENT", parse_percent),
    metavar="PERCENT",
    default="5%",
    show_default=True,
    help="How much more than today is allowed.",
)
@click.option("--ratchet", is_flag=True, help="Only lower limits that are there already.")
@registry_options
@cache_option
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
def init(
    reference: str,
    *,
    config: str | None,
    headroom: float,
    ratchet: bool,
    registry: "RegistryOptions",
    no_cache: bool,
    quiet: bool,
) -> int:
    """Write an image's sizes, and some headroom, into the configuration file as its budget.

    Limits are set for stored, transfer, superseded and duplicate bytes, in three digits, rounded up; comments and all
    else in the file stay. Limits that are there are replaced, with --ratchet only by lower ones.
    """
    from layerscope.cli.write_file import write_file
    from layerscope.settings.limits_edit import edit_limits
    from layerscope.settings.location import OWN_NAME, PROJECT_NAME, find_config, working_folder

    path = Path(config) if config else find_config(working_folder()) or Path(OWN_NAME)
    before = _text(path)
    limits_bytes = _limits_bytes(_figures(reference, path, registry, has_cache=not no_cache, is_quiet=quiet), headroom)
    tables = ("tool", "layerscope", "budget") if path.name == PROJECT_NAME else ("budget",)
    after, changes = edit_limits(before, tables, limits_bytes, only_lower=ratchet)
    if after != before:
        write_file(path, after.encode())
    for change in changes:
        click.echo(f"{change.key}: {safe_text(change.before or 'no limit')} -> {change.after}")
    kept = len(limits_bytes) - len(changes)
    click.echo(f"{safe_text(str(path))}: {len(changes)} limits set, {kept} left as they are")
    return ExitCode.DONE


def _text(path: Path) -> str:
    """What stands in the file now; raises UsageError where that is wrong, so that nothing wrong is written back."""
    from layerscope.settings.file import read_config
    from layerscope.settings.text import read_text

    if not path.exists():
        return ""
    _, problems = read_config(path)
    if problems:
        raise UsageError(problems[0], hint="Mend it first; `layerscope config check` lists all that is wrong.")
    return read_text(path)


def _limits_bytes(figures: "Figures", headroom_percent: float) -> dict[str, int]:
    sizes = {
        "stored": figures.stored_bytes,
        "transfer": figures.transfer_bytes,
        "superseded": figures.superseded_bytes,
        "duplicate": figures.duplicate_bytes,
    }
    return {key: round(size * (1 + headroom_percent / 100)) for key, size in sizes.items() if size is not None}


def _figures(
    reference: str, config: Path, registry: "RegistryOptions", *, has_cache: bool, is_quiet: bool
) -> "Figures":
    """The sizes of an image, or those that a report of it holds; raises ImageError for one read in part."""
    from layerscope.budget.figures import figures_of
    from layerscope.cli.figures import is_earlier, load_figures
    from layerscope.cli.progress import show_progress
    from layerscope.errors import MalformedImage
    from layerscope.oci.platform import Platform
    from layerscope.pipeline import analyze_image
    from layerscope.settings.file import read_settings
    from layerscope.settings.settings import Settings
    from layerscope.sources.options import OpenOptions

    if is_earlier(Path(reference)):
        return load_figures(Path(reference))
    settings = read_settings(config) if config.exists() else Settings()
    platform = Platform.parse(settings.platform) if settings.platform else None
    options = OpenOptions(
        platform,
        settings.pull,
        registry=registry,
        unpacked_limit_bytes=settings.unpacked_limit_bytes,
        ratio=settings.ratio,
    )
    cache = use_cache(is_off=not has_cache)
    with show_progress(is_quiet=is_quiet) as progress:
        analysis = analyze_image(reference, options, progress, cache=cache, meanwhile=load_following)
    if not analysis.is_complete:
        raise MalformedImage("The image is damaged and was read in part.", hint="Its sizes would be too low a limit.")
    return figures_of(analysis)
