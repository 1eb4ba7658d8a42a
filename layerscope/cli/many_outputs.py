"""What is written where, about one image or several."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from layerscope.cli.references import PLACEHOLDER, file_names
from layerscope.cli.reports import ReportFile, chosen_reports, write_reports
from layerscope.cli.save import save
from layerscope.errors import UsageError
from layerscope.report.formats import find_format
from layerscope.report.many.formats import MANY_FORMATS
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.analysis import Analysis


class ImageOutputs(Struct, frozen=True):
    """The files about one image."""

    reports: tuple[ReportFile, ...]
    save_path: str | None


class ManyOutputs(Struct, frozen=True):
    """The files about each image, in the order of the references, and those about all of them."""

    of_images: tuple[ImageOutputs, ...]
    of_all: tuple[ReportFile, ...]


def image_outputs(
    name: str, reports: Iterable[ReportFile], json_path: str | None, save_path: str | None
) -> ImageOutputs:
    """The files about one image, with its name for the placeholder; raises UsageError as `chosen_reports` does."""

    def fill(path: str) -> str:
        return path.replace(PLACEHOLDER, name)

    filled = [ReportFile(item.format, fill(item.path)) for item in reports]
    saved = fill(save_path) if save_path is not None else None
    json_path = fill(json_path) if json_path is not None else None
    return ImageOutputs(chosen_reports(filled, json_path, save_path=saved), saved)


def many_outputs(
    references: Sequence[str], reports: Sequence[ReportFile], json_path: str | None, save_path: str | None
) -> ManyOutputs:
    """Split the reports: a path with the placeholder is a file for each image, one without is a file about all.

    Raises UsageError for a file of all in a format that has one image, and where two would be one file.
    """
    if save_path is not None and PLACEHOLDER not in save_path:
        raise _needs_placeholder(f"--save {save_path}", len(references))
    given = [*reports, *([ReportFile(find_format("json"), json_path)] if json_path is not None else [])]
    named = [item for item in given if PLACEHOLDER in item.path]
    of_all = [_about_all(item, len(references)) for item in given if PLACEHOLDER not in item.path]
    of_images = tuple(image_outputs(name, named, None, save_path) for name in file_names(references))
    for outputs in of_images:
        chosen_reports([*outputs.reports, *of_all], None, save_path=outputs.save_path)
    return ManyOutputs(of_images, chosen_reports(of_all, None))


def _about_all(item: ReportFile, count: int) -> ReportFile:
    if all(item.format.id != known.id for known in MANY_FORMATS):
        raise _needs_placeholder(f"--report {item.format.id}={item.path}", count)
    return ReportFile(find_format(item.format.id, MANY_FORMATS), item.path)


def _needs_placeholder(option: str, count: int) -> UsageError:
    return UsageError(
        f"{safe_text(option)} is one file, and there are {count} images.",
        hint=f"Put {PLACEHOLDER} into its path; only json and text have a form for all images together.",
    )


def write_outputs(analysis: "Analysis", outputs: ImageOutputs) -> None:
    """Write everything about one image; raises UsageError where something cannot be written."""
    if outputs.save_path is not None:
        save(analysis, outputs.save_path)
    write_reports(analysis, outputs.reports)
