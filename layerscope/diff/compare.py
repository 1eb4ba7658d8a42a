"""Two sides become a difference."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from layerscope.checks.gate import DEFAULT_BANDWIDTH_BITS_PER_SECOND
from layerscope.diff.amount import Amount
from layerscope.diff.difference import BaseChange, ComparedImage, Difference, SizeChanges
from layerscope.diff.items import compare_categories, compare_findings, compare_packages
from layerscope.diff.layers import compare_layers, find_reuse, pair_layers
from layerscope.diff.limit import GrowthLimit, check_growth
from layerscope.diff.side import LayerSide, Side, SizesSide


def compare(
    old: Side,
    new: Side,
    *,
    limits: Sequence[GrowthLimit] = (),
    bandwidth_bits_per_second: int = DEFAULT_BANDWIDTH_BITS_PER_SECOND,
) -> Difference:
    """Everything that changed; `limits` are for the stored bytes, the bandwidth for the time of a pull."""
    stored = Amount.of(old.sizes.stored_bytes, new.sizes.stored_bytes)
    partners = pair_layers(old.layers, new.layers)
    return Difference(
        _image(old),
        _image(new),
        _sizes(old.sizes, new.sizes),
        _base(old, new),
        compare_categories(old, new),
        compare_packages(old, new),
        compare_findings(old, new),
        compare_layers(old.layers, new.layers, partners),
        find_reuse(old.layers, new.layers, partners, bandwidth_bits_per_second=bandwidth_bits_per_second),
        bandwidth_bits_per_second,
        tuple(check_growth(limit, stored) for limit in limits),
        tuple(_warnings(old, new)),
    )


def _image(side: Side) -> ComparedImage:
    image, base = side.image, side.base.detected
    return ComparedImage(
        image.reference, image.source, image.image_id, image.platform, base.text if base else None, side.complete
    )


def _sizes(old: SizesSide, new: SizesSide) -> SizeChanges:
    old_is_estimate, new_is_estimate = old.transfer_bytes is None, new.transfer_bytes is None
    transfer = Amount.of(
        old.transfer_bytes_estimate if old_is_estimate else old.transfer_bytes,
        new.transfer_bytes_estimate if new_is_estimate else new.transfer_bytes,
    )
    if old_is_estimate != new_is_estimate:
        # The difference would be the estimate's error more than anything else.
        transfer = replace(transfer, delta_bytes=None)
    return SizeChanges(
        transfer,
        old_is_estimate,
        new_is_estimate,
        Amount.of(old.stored_bytes, new.stored_bytes),
        Amount.of(old.live_bytes, new.live_bytes),
        Amount.of(old.superseded_bytes, new.superseded_bytes),
        Amount.of(old.duplicate_bytes, new.duplicate_bytes),
    )


def _base(old: Side, new: Side) -> BaseChange:
    parts = [_base_layers(side.layers) for side in (old, new)]
    if parts[0] is None or parts[1] is None:
        unknown = Amount.of(None, None)
        return BaseChange(None, unknown, unknown)
    base_bytes = [sum(layer.content_size for layer in part) for part in parts if part is not None]
    own_bytes = [
        sum(layer.content_size for layer in side.layers) - size
        for side, size in zip((old, new), base_bytes, strict=True)
    ]
    is_changed = [layer.diff_id for layer in parts[0]] != [layer.diff_id for layer in parts[1]]
    return BaseChange(is_changed, Amount.of(*base_bytes), Amount.of(*own_bytes))


def _base_layers(layers: Sequence[LayerSide]) -> list[LayerSide] | None:
    """The base image's layers; None where nothing tells them from the others."""
    if any(layer.from_base is None for layer in layers):
        return None
    return [layer for layer in layers if layer.from_base]


def _warnings(old: Side, new: Side) -> Iterator[str]:
    for name, side in (("old", old), ("new", new)):
        if not side.complete:
            yield f"The {name} image was read in part; what is missing counts as nothing."
    if old.image.platform != new.image.platform:
        yield f"The images are for different platforms: {old.image.platform} and {new.image.platform}."
    if old.purpose != new.purpose:
        yield f"The images were taken apart for different purposes, {old.purpose} and {new.purpose}."
    if old.tool.version != new.tool.version:
        yield (
            f"The reports are of layerscope {old.tool.version} and {new.tool.version}: categories and findings may "
            "differ by it."
        )
    if (old.sizes.transfer_bytes is None) != (new.sizes.transfer_bytes is None):
        yield "What a whole pull costs is measured for one image and estimated for the other."
