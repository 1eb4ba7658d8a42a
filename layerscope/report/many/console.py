"""Several images as text: a row for each, the sums, and the layers that they share."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from layerscope.many.image_figures import ImageFigures, UnreadImage
from layerscope.many.sharing import ImageShare, SharedLayer
from layerscope.report.many.survey import Survey
from layerscope.report.tables import table
from layerscope.units import human_bandwidth, human_bytes, human_seconds, safe_text

_TOP = 12
_IMAGES_SHOWN = 8


def print_survey(survey: Survey, console: Console) -> None:
    """Write the tables and the sums to a console."""
    parts: list[RenderableType] = [_images(survey), Text("\n".join(("", *_sums(survey))))]
    if survey.sharing.layers:
        parts.append(_layers(survey.sharing.layers))
    console.print(Group(*parts), soft_wrap=False)


def _images(survey: Survey) -> Table:
    made = table(
        *((name, "right") for name in ("", "stored", "live", "pull", "shared", "own", "can be saved")), title="Images"
    )
    made.add_column("image", overflow="fold", ratio=1)
    for number, (image, share) in enumerate(zip(survey.images, survey.sharing.shares, strict=True), 1):
        made.add_row(str(number), *_sizes(image, share), _described(image))
    return made


def _sizes(image: ImageFigures | UnreadImage, share: ImageShare | None) -> Iterator[str]:
    if isinstance(image, UnreadImage) or share is None:
        yield from [""] * 6
        return
    yield human_bytes(image.stored_bytes)
    yield human_bytes(image.live_bytes)
    yield _pull(image.transfer_bytes, is_estimate=image.is_transfer_estimate)
    yield human_bytes(share.shared_bytes)
    yield human_bytes(share.own_bytes)
    yield human_bytes(image.saves_bytes)


def _described(image: ImageFigures | UnreadImage) -> Text:
    text = Text(safe_text(image.reference))
    if isinstance(image, UnreadImage):
        return text.append(f"\nnot read: {safe_text(image.problem)}", style="bold red")
    if not image.is_complete:
        text.append("\ndamaged, read in part", style="bold red")
    if image.failed_checks:
        text.append(f"\nfailed: {safe_text(', '.join(image.failed_checks))}", style="bold red")
    return text


def _sums(survey: Survey) -> Iterator[str]:
    sharing = survey.sharing
    stored_bytes = sum(image.stored_bytes for image in survey.images if isinstance(image, ImageFigures))
    yield f"Together {human_bytes(sharing.stored_bytes)} are stored, {human_bytes(stored_bytes)} one by one."
    pull = _pull(sharing.transfer_bytes, is_estimate=sharing.is_transfer_estimate)
    time = f"{human_seconds(survey.pull_seconds)} at {human_bandwidth(survey.bandwidth_bits_per_second)}"
    yield f"A pull of all fetches {pull}" + (f" ({time})." if survey.pull_seconds is not None else ".")


def _pull(transfer_bytes: int | None, *, is_estimate: bool) -> str:
    return ("~" if is_estimate and transfer_bytes is not None else "") + human_bytes(transfer_bytes)


def _layers(layers: tuple[SharedLayer, ...]) -> Table:
    made = table(("stored", "right"), ("in images", "left"), title="Shared layers")
    made.add_column("instruction", overflow="ellipsis", no_wrap=True, ratio=1)
    made.expand = True
    for layer in layers[:_TOP]:
        instruction = safe_text(layer.instruction) or layer.diff_id.short
        made.add_row(human_bytes(layer.content_bytes), _numbers(layer.images), Text(instruction))
    if rest := layers[_TOP:]:
        made.add_row(human_bytes(sum(layer.content_bytes for layer in rest)), "", f"{len(rest)} others")
    return made


def _numbers(images: tuple[int, ...]) -> str:
    """The images as they are numbered above, from 1."""
    shown = " ".join(str(position + 1) for position in images[:_IMAGES_SHOWN])
    return f"{shown} and {len(images) - _IMAGES_SHOWN} more" if len(images) > _IMAGES_SHOWN else shown
