"""What changed between two images. These values are public: the JSON form of a comparison is made of them.

Amounts are bytes. Lists come with the largest change first, whichever way it goes; layers from the bottom.
"""

from dataclasses import dataclass
from typing import Literal

from layerscope.checks.check import Check, Status
from layerscope.diff.amount import Amount

LayerChangeKind = Literal["same", "rebuilt", "changed", "added", "removed"]
FindingChangeKind = Literal["new", "gone", "grown", "shrunk", "changed"]
PackageChangeKind = Literal["added", "removed", "version", "content"]
BreakReason = Literal["base", "instruction", "argument", "content", "added", "removed", "order", "compression"]


@dataclass(frozen=True, slots=True)
class ComparedImage:
    """One of the two images; `base` is its base image's name, None where none was recognised."""

    reference: str
    source: str
    image_id: str
    platform: str
    base: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class SizeChanges:
    """The images' sizes. A transfer that is measured and one that is estimated have no difference."""

    transfer: Amount
    old_transfer_is_estimate: bool
    new_transfer_is_estimate: bool
    stored: Amount
    live: Amount
    superseded: Amount
    duplicate: Amount


@dataclass(frozen=True, slots=True)
class BaseChange:
    """The base image's part apart from the image's own; stored bytes, not known where nothing tells the layers apart.

    `is_changed` says whether the base's layers are others, None where that is not known.
    """

    is_changed: bool | None
    base: Amount
    own: Amount


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """One category: all of it, what the base image's layers have, and what the image's own have."""

    id: str
    title: str
    stored: Amount
    base: Amount
    own: Amount


@dataclass(frozen=True, slots=True)
class PackageChange:
    """One package that came, went, has another version, or other bytes in the same version."""

    manager: str
    name: str
    kind: PackageChangeKind
    old_versions: tuple[str, ...]
    new_versions: tuple[str, ...]
    stored: Amount
    base: Amount
    own: Amount


@dataclass(frozen=True, slots=True)
class FindingChange:
    """All findings of one rule for one party, and the largest paths and the fix of the new ones (else the old)."""

    id: str
    title: str
    who_can_fix: Literal["image", "base"]
    kind: FindingChangeKind
    old_count: int
    new_count: int
    reclaimable: Amount
    paths: tuple[str, ...]
    fix: str


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A layer of the new image beside the one of the old image that it replaces.

    `same` has the same content, `rebuilt` other content of the same instruction, `changed` another instruction in the
    same place. `is_fetched` says whether its blob is one that the old image does not have.
    """

    kind: LayerChangeKind
    old_position: int | None
    new_position: int | None
    old_instruction: str | None
    new_instruction: str | None
    from_base: bool | None
    stored: Amount
    is_fetched: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """What has to be fetched by one who has the old image; `transfer_bytes` are None where a blob's size is unknown.

    `seconds_estimate` is their time on the wire, rounded to 0.1 s.
    """

    layers: tuple[int, ...]
    stored_bytes: int
    transfer_bytes: int | None
    transfer_is_estimate: bool
    seconds_estimate: float | None


@dataclass(frozen=True, slots=True)
class ReuseBreak:
    """The lowest layer from which on the new image is built of others than the old one, and why.

    `base`: it is in the base image. `instruction`: another one stands there. `argument`: a build argument changed.
    `content`: the same instruction made something else. `added`, `removed`, `order`: one came, went or moved.
    `compression`: the content is the same, and was compressed anew.
    """

    position: int
    reason: BreakReason
    old_instruction: str | None
    new_instruction: str | None


@dataclass(frozen=True, slots=True)
class Reuse:
    """What a pull fetches again, and where reuse ends.

    `by_blob` are the blobs that the old image does not have: what a push sends, and what an engine fetches that keeps
    blobs (containerd, Podman). `by_chain` are all layers from the first one on that differs: what the Docker Engine
    with its classic store fetches, which takes a layer for known only if all below it are.
    """

    kept_layers: int
    by_blob: Fetch
    by_chain: Fetch
    broken_at: ReuseBreak | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed from the old image to the new one."""

    old: ComparedImage
    new: ComparedImage
    sizes: SizeChanges
    base: BaseChange
    categories: tuple[CategoryChange, ...]
    packages: tuple[PackageChange, ...]
    findings: tuple[FindingChange, ...]
    layers: tuple[LayerChange, ...]
    reuse: Reuse
    bandwidth_bits_per_second: int
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]

    @property
    def has_failed(self) -> bool:
        """Whether a check failed."""
        return any(check.status is Status.FAILED for check in self.checks)
