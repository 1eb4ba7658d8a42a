"""An Outline as the public document."""

from layerscope.__about__ import __version__
from layerscope.oci.credentials import mask_secrets
from layerscope.oci.instruction import clean_instruction
from layerscope.outline.outline import UNKNOWN, Listing, Outline, OutlinedLayer
from layerscope.report.build import (
    DUPLICATES_LIMIT,
    check_part,
    duplicate_part,
    image_part,
    pull_part,
    superseded_part,
)
from layerscope.report.document import NotListed, Tool
from layerscope.report.outline.document import (
    ListedPart,
    PathCategoryPart,
    QuickDocument,
    QuickLayerPart,
    QuickSizes,
    TablePart,
    UntoldPart,
)
from layerscope.report.texts import valid


def build_quick_document(outline: Outline) -> QuickDocument:
    """Everything that a quick look says, in its public form."""
    listing = outline.listing
    index = listing.index if listing else None
    groups = index.duplicates if index else ()
    left_out = groups[DUPLICATES_LIMIT:]
    return QuickDocument(
        complete=not outline.is_damaged,
        tool=Tool(version=__version__),
        image=image_part(outline.image),
        sizes=_sizes(outline),
        listed=_listed(outline, listing) if listing else None,
        layers=[_layer(outline, item) for item in outline.layers],
        categories=_categories(listing) if listing else [],
        untold=_untold(listing) if listing else None,
        superseded=[superseded_part(index, group) for group in index.superseded] if index else [],
        duplicates=[duplicate_part(index, group) for group in groups[:DUPLICATES_LIMIT]] if index else [],
        duplicates_not_listed=NotListed(groups=len(left_out), waste_bytes=sum(group.waste_bytes for group in left_out)),
        unknown=UNKNOWN,
        checks=[check_part(check) for check in outline.gate.checks],
        pull=pull_part(outline.gate, outline.transfer_bytes),
        warnings=[valid(text) for text in outline.warnings],
    )


def _sizes(outline: Outline) -> QuickSizes:
    index = outline.whole.index if outline.whole else None
    return QuickSizes(
        transfer_bytes=outline.transfer_bytes,
        stored_bytes=index.stored_bytes if index else None,
        live_bytes=index.live_bytes if index else None,
        superseded_bytes=index.superseded_bytes if index else None,
        duplicate_bytes=index.duplicate_bytes if index else None,
        entries=len(index) if index else None,
    )


def _listed(outline: Outline, listing: Listing) -> ListedPart:
    index = listing.index
    return ListedPart(
        layers=outline.listed_layers,
        stored_bytes=index.stored_bytes,
        superseded_bytes=index.superseded_bytes,
        duplicate_bytes=index.duplicate_bytes,
        entries=len(index),
    )


def _layer(outline: Outline, item: OutlinedLayer) -> QuickLayerPart:
    layer, table, base, whole = item.layer, item.table, outline.base, outline.whole
    created_by = layer.history.created_by if layer.history else None
    return QuickLayerPart(
        position=layer.position,
        diff_id=str(layer.diff_id),
        digest=str(layer.digest) if layer.digest else None,
        media_type=valid(layer.media_type) if layer.media_type else None,
        blob_size=item.blob_bytes,
        content_size=table.scan.content_bytes if table else None,
        superseded_bytes=whole.superseded_of_layers[layer.position] if whole else None,
        entries=len(table.scan) if table else None,
        created_by=valid(mask_secrets(created_by)) if created_by is not None else None,
        instruction=valid(clean_instruction(created_by)) if created_by else None,
        from_base=layer.position < base.count if base.count or base.evidence else None,
        table=_table(item),
        unknown=valid(item.reason) if item.reason else None,
    )


def _table(item: OutlinedLayer) -> TablePart | None:
    if item.table is None:
        return None
    place = item.table.place
    return TablePart(
        format=place.format.value,
        bytes=place.packed_bytes,
        promised_digest=str(place.digest) if place.digest else None,
    )


def _categories(listing: Listing) -> list[PathCategoryPart]:
    return [
        PathCategoryPart(
            id=total.detector.id,
            title=total.detector.title,
            group=total.detector.group.value,
            files=total.files,
            stored_bytes=total.stored_bytes,
        )
        for total in listing.categories
    ]


def _untold(listing: Listing) -> UntoldPart:
    untold = listing.untold
    return UntoldPart(files=untold.files if untold else 0, stored_bytes=untold.stored_bytes if untold else 0)
