"""`layerscope analyze REF`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.cache_option import cache_option, use_cache
from layerscope.cli.completion import complete_reference
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.gate import Amount, GateFlags, chosen_settings, conclude, gate_options, load_baseline
from layerscope.cli.registry import registry_options
from layerscope.cli.reports import FORMATS_HELP, STDOUT, ReportFile, chosen_reports, report_options, write_reports
from layerscope.cli.save import save, save_option
from layerscope.cli.terminal import is_for_people, show_scan
from layerscope.progress import Progress
from layerscope.settings.amounts import parse_size

if TYPE_CHECKING:
    from layerscope.sources.options import RegistryOptions

EPILOG = f"""\b
REF is a name that an engine knows, or a path:
  my-image:tag            the Docker Engine is asked, then Podman, then the registry
  docker:NAME podman:NAME only that engine
  registry:HOST/NAME:TAG  the registry itself, without an engine
  image.tar               an archive, told by its content; image.tar:NAME:TAG chooses
  layout-folder           an OCI image layout
  -                       an archive from standard input

{FORMATS_HELP}

\b
Examples:
  layerscope analyze my-image:tag
  layerscope analyze image.tar --report json=report.json --report text=report.txt
  layerscope analyze my-image:tag --json - --quiet | jq .sizes
  layerscope analyze registry:ghcr.io/org/app:1.2 --platform linux/arm64
  layerscope analyze image.tar --device-code
  sudo layerscope analyze my-image:tag                 in the engine's own folder, nothing is saved
  layerscope analyze my-image:tag --dockerfile Dockerfile
  layerscope analyze my-image:tag --save image.lsa     later: layerscope render image.lsa --to json
  layerscope analyze my-image:tag --max-stored 5GB --fail-on pip-cache,secrets-in-files
  layerscope analyze my-image:tag --baseline main.json --max-growth 5%
  docker save my-image:tag | layerscope analyze -

\b
Exit codes: 0 done, checks passed, 1 a check failed, 2 usage or configuration, 3 image not found or not wholly
read, 130 interrupted."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("reference", metavar="REF", shell_complete=complete_reference)
@report_options
@save_option
@gate_options
@click.option(
    "--platform",
    metavar="OS/ARCH",
    envvar="LAYERSCOPE_PLATFORM",
    help="Which platform of a multi-platform image, as linux/arm64.",
)
@click.option(
    "--pull",
    type=click.Choice(["missing", "always", "never"]),
    envvar="LAYERSCOPE_PULL",
    help="Whether an engine may pull the image; never keeps the registry out, too.  [default: missing]",
)
@registry_options
@click.option(
    "--purpose",
    type=click.Choice(["prod", "dev", "ci"]),
    envvar="LAYERSCOPE_PURPOSE",
    help="What the image is for; compilers and pytest are findings in prod only.  [default: prod]",
)
@click.option(
    "--dockerfile",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The Dockerfile that the image was built of; layers and findings then name its lines.",
)
@click.option(
    "--max-unpacked",
    type=Amount("SIZE", parse_size),
    metavar="SIZE",
    envvar="LAYERSCOPE_MAX_UNPACKED",
    help="What all compressed layers may unpack to; the rest is not read.  [default: 1TB, 10GB beyond the ratio]",
)
@click.option(
    "--max-ratio",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    envvar="LAYERSCOPE_MAX_RATIO",
    help="How many times its size a layer may unpack to without a warning.  [default: 1000]",
)
@click.option("--device-code", is_flag=True, help="Also read what libraries hold for which GPU architecture.")
@click.option("--verify", is_flag=True, help="Read every byte and check it against its digests.")
@click.option(
    "--no-store",
    is_flag=True,
    envvar="LAYERSCOPE_NO_STORE",
    help="Read an engine's image through its API, even where its own folder is readable.",
)
@cache_option
@click.option("--plain", is_flag=True, help="No screens; text without bars and colours.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
def analyze(
    reference: str,
    *,
    reports: tuple[ReportFile, ...],
    json_path: str | None,
    save_path: str | None,
    gate: GateFlags,
    platform: str | None,
    pull: str | None,
    registry: "RegistryOptions",
    purpose: str | None,
    dockerfile: Path | None,
    max_unpacked: int | None,
    max_ratio: int | None,
    device_code: bool,
    verify: bool,
    no_store: bool,
    no_cache: bool,
    plain: bool,
    quiet: bool,
) -> int:
    """Say where every byte of an image goes.

    On a terminal this opens screens to look around in. In a pipe, where CI is set, with --plain or with a report on
    standard output it prints the text report: the image's sizes, what to do about them, its layers, what the bytes
    are, who brought them, what is shipped but invisible, and what is there twice. Limits from options and from a
    configuration file are checked either way; docs/configuration.md says what belongs into such a file.
    """
    from layerscope.analysis import Analysis
    from layerscope.budget.judge import judge
    from layerscope.cli.progress import show_progress
    from layerscope.findings.purpose import Purpose
    from layerscope.oci.platform import Platform
    from layerscope.pipeline import analyze_image
    from layerscope.sources.options import OpenOptions

    chosen, settings = chosen_reports(reports, json_path, save_path=save_path), chosen_settings(gate)
    before, platform = load_baseline(settings), platform or settings.platform
    wish = Platform.parse(platform) if platform else None
    options = OpenOptions(
        wish,
        pull or settings.pull,
        verify,
        registry,
        store=not no_store,
        unpacked_limit_bytes=settings.unpacked_limit_bytes if max_unpacked is None else max_unpacked,
        ratio=max_ratio or settings.ratio,
    )
    cache = use_cache(is_off=no_cache)

    def take_apart(progress: Progress, *, with_device_code: bool) -> Analysis:
        return analyze_image(
            reference,
            options,
            progress,
            Purpose(purpose) if purpose else settings.purpose,
            with_device_code=with_device_code,
            dockerfile=dockerfile,
            own_bases=settings.bases,
            ignored_rules=settings.ignored_rules,
            cache=cache,
        )

    def run(progress: Progress) -> Analysis:
        analysis = judge(take_apart(progress, with_device_code=device_code), settings, before)
        if save_path is not None:
            save(analysis, save_path)
        write_reports(analysis, chosen)
        return analysis

    is_on_stdout = any(item.path == STDOUT for item in chosen)
    if is_for_people() and not plain and not is_on_stdout:
        # Standard input cannot be read a second time.
        with_gpu_code = partial(take_apart, with_device_code=True) if reference != "-" else None
        analysis = show_scan(reference, run, with_gpu_code)
    else:
        with show_progress(is_quiet=quiet) as progress:
            analysis = run(progress)
        if not is_on_stdout:
            from layerscope.cli.console import show_report

            show_report(analysis, is_plain=plain)
    verdict = conclude(analysis.gate, gate)
    if not analysis.is_complete:
        click.echo("layerscope: the image is damaged and was read in part; see the warnings.", err=True)
        return ExitCode.NOT_READ
    return verdict
