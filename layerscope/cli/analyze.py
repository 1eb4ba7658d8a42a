"""`layerscope analyze REF...`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.cache_option import cache_option, use_cache
from layerscope.cli.completion import complete_reference
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.following import load_following
from layerscope.cli.gate import Amount, GateFlags, chosen_settings, conclude, gate_options, load_baseline
from layerscope.cli.image_options import image_options
from layerscope.cli.many import analyze_many, check_many
from layerscope.cli.many_outputs import ImageOutputs, image_outputs, many_outputs, write_outputs
from layerscope.cli.quick import check_quick, look_quickly, quick_reports
from layerscope.cli.references import all_references, file_names
from layerscope.cli.reports import FORMATS_HELP, STDOUT, ReportFile, report_options
from layerscope.cli.save import save_option
from layerscope.cli.terminal import is_for_people, show_scan
from layerscope.progress import Progress
from layerscope.settings.amounts import parse_size

if TYPE_CHECKING:
    from layerscope.analysis import Analysis
    from layerscope.sources.options import RegistryOptions

TakeOneApart = Callable[[Progress], "Analysis"]

EPILOG = f"""\b
REF is a name that an engine knows, or a path:
  my-image:tag            the Docker Engine is asked, then Podman, then the registry
  docker:NAME podman:NAME only that engine
  registry:HOST/NAME:TAG  the registry itself, without an engine
  image.tar               an archive, told by its content; image.tar:NAME:TAG chooses
  layout-folder           an OCI image layout
  -                       an archive from standard input

Several images get a table over all of them, with what they share; {{name}} in the path of a report stands for
each image's name, and json and text without it are about all.

{FORMATS_HELP}

\b
Examples:
  layerscope analyze my-image:tag
  layerscope analyze image.tar --report json=report.json --report text=report.txt
  layerscope analyze my-image:tag --json - --quiet | jq .sizes
  layerscope analyze app:1 worker:1 trainer:1 --json all.json --report html={{name}}.html
  layerscope analyze --from-file images.txt
  layerscope analyze registry:ghcr.io/org/app:1.2 --platform linux/arm64
  layerscope analyze registry:ghcr.io/org/app:1.2 --quick   layers stay where they are
  layerscope analyze image.tar --device-code
  sudo layerscope analyze my-image:tag                 in the engine's own folder, nothing is saved
  layerscope analyze my-image:tag --dockerfile Dockerfile
  layerscope analyze my-image:tag --save image.lsa     later: layerscope render image.lsa --to json
  layerscope analyze my-image:tag --max-stored 5GB --fail-on pip-cache,secrets-in-files
  layerscope analyze my-image:tag --baseline main.json --max-growth 5%
  docker save my-image:tag | layerscope analyze -

\b
Exit codes: 0 done, checks passed, 1 a check failed, 2 usage or configuration, 3 image not found or not wholly
read, 130 interrupted. Of several images the highest counts; one that cannot be read does not stop the others."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("arguments", metavar="REF...", nargs=-1, shell_complete=complete_reference)
@click.option(
    "--from-file",
    metavar="PATH",
    help="Also the images that a file names, one a line, - for standard input; # begins a comment.",
)
@report_options
@save_option
@gate_options
@image_options
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
@click.option(
    "--quick",
    is_flag=True,
    help="Read no layer: only manifest, configuration and tables of contents (eStargz, zstd:chunked).",
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
    arguments: tuple[str, ...],
    *,
    from_file: str | None,
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
    quick: bool,
    device_code: bool,
    verify: bool,
    no_store: bool,
    no_cache: bool,
    plain: bool,
    quiet: bool,
) -> int:
    """Say where every byte of an image goes, or of several.

    On a terminal this opens screens to look around in. In a pipe, where CI is set, with --plain or with a report on
    standard output it prints the text report: the image's sizes, what to do about them, its layers, what the bytes
    are, who brought them, what is shipped but invisible, and what is there twice. Limits from options and from a
    configuration file are checked either way; docs/configuration.md says what belongs into such a file. With --quick
    no layer is read, and the report says what it therefore does not know.
    """
    from layerscope.findings.purpose import Purpose
    from layerscope.oci.platform import Platform
    from layerscope.pipeline import analyze_image
    from layerscope.sources.options import OpenOptions

    references, settings = all_references(arguments, from_file), chosen_settings(gate)
    is_many = len(references) > 1 or from_file is not None
    # What cannot be done is said before anything is read.
    if quick:
        needing = (("--save", save_path), ("--dockerfile", dockerfile), ("--device-code", device_code))
        check_quick(references, [(name, bool(value)) for name, value in (*needing, ("--verify", verify))])
        outputs_of_quick = quick_reports(references[0], reports, json_path)
    elif is_many:
        check_many(settings, dockerfile)
        outputs_of_many = many_outputs(references, reports, json_path, save_path)
    else:
        outputs = image_outputs(file_names(references)[0], reports, json_path, save_path)
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
    if quick:
        from layerscope.budget.outline_checks import judge_outline
        from layerscope.outline.take import take_outline

        return look_quickly(
            lambda progress: judge_outline(take_outline(references[0], options, progress), settings, before),
            outputs_of_quick,
            gate,
            is_plain=plain,
            is_quiet=quiet,
        )
    cache = use_cache(is_off=no_cache, is_for_many=is_many)

    def take_apart(reference: str, progress: Progress, *, with_device_code: bool = device_code) -> "Analysis":
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
            meanwhile=load_following,
        )

    def take_apart_and_judge(reference: str, progress: Progress) -> "Analysis":
        analysis = take_apart(reference, progress)
        # What can only be judged later is loaded later.
        from layerscope.budget.judge import judge

        return judge(analysis, settings, before)

    if is_many:
        from layerscope.many.save_together import save_together

        return analyze_many(
            references,
            outputs_of_many,
            partial(save_together, references, options, cache),
            take_apart_and_judge,
            gate,
            bandwidth_bits_per_second=settings.bandwidth_bits_per_second,
            is_plain=plain,
            is_quiet=quiet,
        )
    with_gpu_code = partial(take_apart, references[0], with_device_code=True)
    analyze_one = partial(take_apart_and_judge, references[0])
    return _analyze_one(references[0], outputs, analyze_one, with_gpu_code, gate, is_plain=plain, is_quiet=quiet)


def _analyze_one(
    reference: str,
    outputs: ImageOutputs,
    take_apart: TakeOneApart,
    with_gpu_code: TakeOneApart,
    flags: GateFlags,
    *,
    is_plain: bool,
    is_quiet: bool,
) -> int:
    """Take an image apart, in the terminal's screens where somebody looks; returns the exit code."""
    from layerscope.cli.progress import show_progress

    def run(progress: Progress) -> "Analysis":
        analysis = take_apart(progress)
        write_outputs(analysis, outputs)
        return analysis

    is_on_stdout = any(item.path == STDOUT for item in outputs.reports)
    if is_for_people() and not is_plain and not is_on_stdout:
        # Standard input cannot be read a second time.
        analysis = show_scan(reference, run, with_gpu_code if reference != "-" else None)
    else:
        with show_progress(is_quiet=is_quiet) as progress:
            analysis = run(progress)
        if not is_on_stdout:
            from layerscope.cli.console import show_report

            show_report(analysis, is_plain=is_plain)
    verdict = conclude(analysis.gate, flags)
    if not analysis.is_complete:
        click.echo("layerscope: the image is damaged and was read in part; see the warnings.", err=True)
        return ExitCode.NOT_READ
    return verdict
