"""A quick look in one function: a reference becomes an Outline, and no layer is fetched."""

from collections.abc import Iterator

from msgspec.structs import replace

from layerscope.base_image.identify import identify_base
from layerscope.blob.allowance import Allowance
from layerscope.errors import StoreUnusable
from layerscope.oci.config import align_history
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.oci.media_type import labelled_compression
from layerscope.outline.list_files import list_files
from layerscope.outline.outline import ELSEWHERE, NO_RANGES, NO_TABLE, Outline, OutlinedLayer
from layerscope.progress import Progress, SilentProgress
from layerscope.sources.open import open_source
from layerscope.sources.options import OpenOptions
from layerscope.sources.source import Described, DescribedImage, ImageSource, Ranged, close_quietly
from layerscope.tables.place import is_promised
from layerscope.tables.read_tables import TableAnswer, read_tables


def take_outline(reference: str, options: OpenOptions | None = None, progress: Progress | None = None) -> Outline:
    """Describe an image from its manifest, its configuration and tables of contents alone; no engine pulls anything.

    Of an archive that passes by once all bytes pass, and of its layers none is looked at. Raises UsageError, and
    ImageError and its kin for an image that cannot be found or whose documents cannot be read; a table that cannot be
    read is no error.
    """
    progress, options = progress or SilentProgress(), options or OpenOptions()

    def run(options: OpenOptions) -> Outline:
        source = open_source(reference, options, progress)
        try:
            outline = _outline(source, progress, options.allowance())
        except BaseException:
            close_quietly(source)
            raise
        source.close()
        return outline

    try:
        return run(replace(options, quick=True))
    except StoreUnusable as error:
        progress.note(str(error))
        return run(replace(options, quick=True, store=False))


def _outline(source: ImageSource, progress: Progress, allowance: Allowance) -> Outline:
    progress.stage("Reading tables of contents")
    image = _find_image(source)
    layers = _read_layers(source, image, allowance)
    return Outline(
        image, identify_base(image), layers, list_files(layers), _transfer_bytes(image), tuple(_warnings(layers))
    )


def _find_image(source: ImageSource) -> Image:
    """The image, without its layers wherever the source can tell it so."""
    if source.is_passing:
        described = source.describe() if isinstance(source, Described) else None
        if described is not None:
            return _described_image(described)
        for _ in source.blobs():
            pass
    return source.image()


def _described_image(described: DescribedImage) -> Image:
    """An image in an engine's words; which step made which layer is known only where every step made one."""
    config = described.config
    if len(config.history) != len(config.diff_ids):
        config = replace(config, history=())
    layers = tuple(
        Layer(position, diff_id, str(diff_id), None, None, None, step)
        for position, (diff_id, step) in enumerate(
            zip(config.diff_ids, align_history(config, len(config.diff_ids)), strict=True)
        )
    )
    return Image(described.reference, described.source, Digest.parse(described.image_id), None, config, layers)


def _read_layers(source: ImageSource, image: Image, allowance: Allowance) -> tuple[OutlinedLayer, ...]:
    if not isinstance(source, Ranged):
        return tuple(OutlinedLayer(layer, layer.blob_size_bytes, None, NO_RANGES) for layer in image.layers)
    answers = read_tables(source, image.layers, allowance)
    return tuple(_outlined(layer, answers[layer.blob]) for layer in image.layers)


def _outlined(layer: Layer, answer: TableAnswer) -> OutlinedLayer:
    problem = answer.problem
    if problem is not None:
        return OutlinedLayer(layer, answer.blob_bytes, None, str(problem), answer.is_damaged)
    absent = ELSEWHERE if is_promised(layer.annotations) else NO_TABLE
    return OutlinedLayer(layer, answer.blob_bytes, answer.table, None if answer.table else absent)


def _transfer_bytes(image: Image) -> int | None:
    """What a pull fetches; None where blobs have no sizes, or where none is stored as a registry would have it."""
    sizes = {layer.blob: layer.blob_size_bytes for layer in image.layers}
    is_as_pulled = image.source == "registry" or any(
        labelled_compression(layer.media_type) in {"gzip", "zstd"} for layer in image.layers
    )
    known = [size for size in sizes.values() if size is not None]
    return sum(known) if is_as_pulled and len(known) == len(sizes) else None


def _warnings(layers: tuple[OutlinedLayer, ...]) -> Iterator[str]:
    for item in layers:
        position = item.layer.position
        if item.reason not in {None, NO_TABLE, NO_RANGES}:
            yield f"The files of layer {position} are not known: {item.reason}"
        if item.table is not None:
            yield from (f"Layer {position}: {text}" for text in item.table.scan.warnings)
