"""A base that could take the place of an image's own: what it would spare, and whether anything would miss it."""

from enum import Enum

from msgspec import Struct

from layerscope.layers.columns import Integers


class Verdict(Enum):
    """Safe: nothing misses anything. Conditional: something has to be added, or only the owner can rule a need out.

    Unsafe: something breaks, and nothing that could be added to this base mends it.
    """

    SAFE = "safe"
    CONDITIONAL = "conditional"
    UNSAFE = "unsafe"


class Addition(Struct, frozen=True):
    """A package to add to the new base; `stored_bytes` of it, None where this image does not have it to measure.

    `is_certain` is unset where only the owner knows whether it is wanted.
    """

    what: str
    stored_bytes: int | None
    why: str
    is_certain: bool = True


class Candidate(Struct, frozen=True, eq=False):
    """One base instead of the image's own.

    `variant` is one of NVIDIA's, a declared base's name, `none` for an operating system without CUDA, or `cpu-wheels`
    for frameworks without GPU support. `reference` is what FROM would name, None where no public image is known to be
    it. `keep` are the CUDA packages that the new base has as well; `environment` has to be set by hand. All bytes are
    of the whole image, with the certain additions; `removed_rows` would go. With `needs_two_stages` the old base stays
    as the stage that compiles, and `copied_folders` are what of its result the image puts most into.
    """

    variant: str
    reference: str | None
    tag: str | None
    verdict: Verdict
    evidence: tuple[str, ...]
    keep: tuple[str, ...]
    add: tuple[Addition, ...]
    environment: tuple[str, ...]
    needs_two_stages: bool
    copied_folders: tuple[str, ...]
    removed_rows: Integers
    saves_bytes: int
    predicted_stored_bytes: int
    saves_transfer_bytes_estimate: int | None
    predicted_transfer_bytes_estimate: int | None
    dockerfile: tuple[str, ...]

    @property
    def certain_additions(self) -> tuple[str, ...]:
        """The names of what has to be added in any case."""
        return tuple(item.what for item in self.add if item.is_certain)

    @property
    def label(self) -> str:
        """The candidate in a few words, with what is to be added."""
        return " + ".join((self.reference or self.variant, *self.certain_additions))
