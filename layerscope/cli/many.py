"""Several images in one run: each with its own reports, then what they share."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.exit_code import ExitCode
from layerscope.cli.gate import GateFlags, conclude
from layerscope.cli.many_outputs import ImageOutputs, ManyOutputs, write_outputs
from layerscope.cli.reports import STDOUT, write_reports
from layerscope.errors import ImageError, LayerscopeError, UsageError
from layerscope.progress import Progress
from layerscope.units import safe_text

if TYPE_CHECKING:
    from pathlib import Path

    from layerscope.analysis import Analysis
    from layerscope.many.image_figures import ImageFigures, UnreadImage
    from layerscope.report.document import Document
    from layerscope.settings.settings import Settings

TakeApart = Callable[[str, Progress], "Analysis"]


def check_many(settings: "Settings", dockerfile: "Path | None") -> None:
    """Raise UsageError for what is about one image only."""
    if dockerfile is not None:
        raise UsageError("--dockerfile is of one image, and there are several.", hint="Analyse that one by itself.")
    budget = settings.budget
    if settings.baseline is not None and (budget.growth_stored or budget.growth_transfer):
        raise UsageError(
            "A baseline is of one image, and there are several.", hint="Hold each against its own in a run of its own."
        )


def analyze_many(
    references: Sequence[str],
    outputs: ManyOutputs,
    prepare: Callable[[Progress], None],
    take_apart: TakeApart,
    flags: GateFlags,
    *,
    bandwidth_bits_per_second: int,
    is_plain: bool,
    is_quiet: bool,
) -> int:
    """Take one image after the other apart; returns the gravest exit code. One that fails does not stop the others."""
    from layerscope.cli.console import show
    from layerscope.cli.numbered_progress import NumberedProgress
    from layerscope.cli.progress import show_progress
    from layerscope.many.sharing import find_sharing
    from layerscope.report.many.console import print_survey
    from layerscope.report.many.survey import Survey

    images: list[ImageFigures | UnreadImage] = []
    documents: list[Document | None] = []
    codes = [int(ExitCode.DONE)]
    with show_progress(is_quiet=is_quiet) as progress:
        prepare(progress)
        for number, (reference, files) in enumerate(zip(references, outputs.of_images, strict=True), 1):
            numbered = NumberedProgress(progress, f"{number}/{len(references)} ")
            image, document, code = _one(reference, files, partial(take_apart, reference, numbered), flags)
            images.append(image)
            documents.append(document)
            codes.append(code)
    survey = Survey(tuple(images), tuple(documents), find_sharing(images), bandwidth_bits_per_second)
    write_reports(survey, outputs.of_all)
    if all(item.path != STDOUT for item in outputs.of_all):
        show(partial(print_survey, survey), is_plain=is_plain)
    return max(codes)


def _one(
    reference: str, files: ImageOutputs, take_apart: Callable[[], "Analysis"], flags: GateFlags
) -> "tuple[ImageFigures | UnreadImage, Document | None, int]":
    """Everything about one image; its analysis is not kept, since many might not fit into memory."""
    from layerscope.many.image_figures import UnreadImage, summarize
    from layerscope.report.build import build_document

    try:
        analysis = take_apart()
    except LayerscopeError as error:
        click.echo(f"layerscope: {safe_text(reference)}: {safe_text(str(error))}", err=True)
        is_image = isinstance(error, ImageError)
        return UnreadImage(reference, str(error)), None, ExitCode.NOT_READ if is_image else ExitCode.USAGE
    write_outputs(analysis, files)
    code = conclude(analysis.gate, flags, reference)
    if not analysis.is_complete:
        click.echo(f"layerscope: {safe_text(reference)} is damaged and was read in part.", err=True)
        code = ExitCode.NOT_READ
    return summarize(reference, analysis), build_document(analysis), code
