"""Shares beside the totals: what the base image's layers have, and what each layer costs to pull."""

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.index.owners import Package
from layerscope.totals import sum_by_key


class BaseShares(Struct, frozen=True):
    """Stored bytes in the base image's layers, by category and by package; 0 for those that are not named."""

    of_categories: dict[str, int]
    of_packages: dict[Package, int]


def share_base(analysis: Analysis) -> BaseShares | None:
    """What the base image's layers have of each category and package; None where its layers are not known."""
    index, base = analysis.index, analysis.base
    if not base.count and not base.evidence:
        return None
    end = int(index.bounds[base.count])
    sizes, owners = index.sizes[:end], analysis.owners.of_rows[:end]
    classification, packages = analysis.classification, analysis.owners.packages
    of_categories = sum_by_key(classification.of_rows[:end], sizes, len(classification.detectors))
    # Rows without an owner have -1, which is the place behind the packages.
    of_packages = sum_by_key(owners, sizes, len(packages) + 1)
    return BaseShares(
        {item.id: size for item, size in zip(classification.detectors, of_categories, strict=True)},
        dict(zip(packages, of_packages, strict=False)),
    )


def share_layers(analysis: Analysis) -> list[int | None]:
    """What each layer costs to pull; a blob that came before costs nothing. None where nothing is known of that."""
    index, of_rows = analysis.index, analysis.transfer.of_rows
    if of_rows is None:
        return [None] * len(index.scans)
    return list(sum_by_key(index.layers, of_rows, len(index.scans)))
