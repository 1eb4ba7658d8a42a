"""What is known of an image when the pipeline is through; every report reads this and nothing else."""

from typing import TYPE_CHECKING

from msgspec import Struct, field

from layerscope.advise import Plan
from layerscope.base_image.detected import DetectedBase
from layerscope.base_image.identify import BaseLayers
from layerscope.checks.gate import Gate
from layerscope.classify import Classification
from layerscope.detectors.detector import Detector
from layerscope.device_code import DeviceCodeReport
from layerscope.dockerfile.matched import MatchedDockerfile
from layerscope.findings.finding import Finding
from layerscope.findings.purpose import Purpose
from layerscope.index.file_index import FileIndex
from layerscope.index.owners import Owners, Package
from layerscope.layers.scan import LayerScan
from layerscope.needs.cuda_use import LibraryUse
from layerscope.needs.system_need import SystemNeed
from layerscope.oci.image import Image, Layer
from layerscope.switching.candidate import Candidate
from layerscope.transfer import Transfer
from layerscope.twins import FunctionalDuplicate

if TYPE_CHECKING:
    import pandas as pd


class LayerTotals(Struct, frozen=True):
    """One layer in figures; `compressed_bytes` is None where the source holds it uncompressed."""

    layer: Layer
    scan: LayerScan
    compressed_bytes: int | None
    content_bytes: int
    superseded_bytes: int

    @property
    def is_verified(self) -> bool:
        """Whether every byte was read and has the digests that the image promises."""
        return self.scan.diff_id is not None


class CategoryTotals(Struct, frozen=True):
    """One category in figures; the stored bytes of all categories add up to the image's.

    `transfer_estimate_bytes` is its share of what a pull fetches, None where nothing is known of that.
    """

    detector: Detector
    files: int
    stored_bytes: int
    live_bytes: int
    transfer_estimate_bytes: int | None


class PackageTotals(Struct, frozen=True):
    """One package in figures, with the positions of the layers that hold files of it."""

    package: Package
    files: int
    stored_bytes: int
    live_bytes: int
    layers: tuple[int, ...]


class Analysis(Struct, frozen=True, eq=False):
    """An image, taken apart. Totals come biggest first, layers from the bottom.

    `detected_base` is the base image where something proves one, and `candidates` could take its place.
    `loaded_libraries` say who loads the system's CUDA. `device_code` is there where it was asked for.
    `dockerfile` is there where one was given or the image attests one. `gate` has the checks of the budgets.
    """

    image: Image
    index: FileIndex
    owners: Owners
    classification: Classification
    base: BaseLayers
    detected_base: DetectedBase | None
    layer_totals: tuple[LayerTotals, ...]
    category_totals: tuple[CategoryTotals, ...]
    package_totals: tuple[PackageTotals, ...]
    unowned_by_packages_bytes: int
    twins: tuple[FunctionalDuplicate, ...]
    loaded_libraries: tuple[LibraryUse, ...]
    needs: tuple[SystemNeed, ...]
    candidates: tuple[Candidate, ...]
    recommended: Candidate | None
    findings: tuple[Finding, ...]
    plan: Plan
    purpose: Purpose
    transfer: Transfer
    device_code: DeviceCodeReport | None
    warnings: tuple[str, ...]
    is_complete: bool
    gate: Gate = field(default_factory=Gate)
    dockerfile: MatchedDockerfile | None = None

    @property
    def transfer_bytes(self) -> int | None:
        """What a pull fetches, measured or else estimated."""
        measured_bytes = self.transfer.measured_bytes
        return self.transfer.estimated_bytes if measured_bytes is None else measured_bytes

    @property
    def files(self) -> "pd.DataFrame":
        """Every entry of every layer as a frame: path, layer, kind, size, category, package, what hides it and why."""
        from layerscope.frames import files_frame

        return files_frame(self)

    @property
    def layers(self) -> "pd.DataFrame":
        """The layers as a frame."""
        from layerscope.frames import layers_frame

        return layers_frame(self)

    @property
    def packages(self) -> "pd.DataFrame":
        """The packages as a frame."""
        from layerscope.frames import packages_frame

        return packages_frame(self)

    @property
    def findings_frame(self) -> "pd.DataFrame":
        """The findings as a frame."""
        from layerscope.frames import findings_frame

        return findings_frame(self)
