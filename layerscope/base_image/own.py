"""Bases that somebody declared as their own."""

from collections.abc import Iterator, Sequence

from layerscope.base_image.clues import Clues
from layerscope.base_image.detected import Confidence, DetectedBase, Family, OwnBase, Witness
from layerscope.knowledge.cuda_variants import VariantTag, parse_tag
from layerscope.units import safe_text

# A parent of a parent ... of NVIDIA's: nobody has that many stages.
_PARENT_LIMIT = 20


def detect_own(clues: Clues, bases: Sequence[OwnBase], public: DetectedBase | None) -> DetectedBase | None:
    """The declared base that the image's layers begin with, else that its labels name, else whose packages it has.

    `public` is what is found without declarations, and becomes the parent. Where two are as good none is.
    """
    for found, layers, confidence, witness in (
        *_by_layers(clues, bases),
        *_by_label(clues, bases),
        *_by_packages(clues, bases),
    ):
        return _detected(clues, found, layers, confidence, witness, bases=bases, public=public)
    return None


_Match = tuple[OwnBase, tuple[int, ...], Confidence, Witness]


def _by_layers(clues: Clues, bases: Sequence[OwnBase]) -> Iterator[_Match]:
    """The longest list of layers that the image's begin with; a list that two bases share says nothing."""
    there = tuple(str(layer.diff_id) for layer in clues.image.layers)
    found = [base for base in bases if base.layers and there[: len(base.layers)] == base.layers]
    if base := _greatest(found, [len(base.layers) for base in found]):
        text = f"The lowest {len(base.layers)} layers are those of {safe_text(base.name)}"
        yield base, tuple(range(len(base.layers))), Confidence.HIGH, Witness("own-bases", text)


def _by_label(clues: Clues, bases: Sequence[OwnBase]) -> Iterator[_Match]:
    if clues.declared:
        names = {clues.declared.reference, f"{clues.declared.name}:{clues.declared.tag}"}
        found = [base for base in bases if base.name in names]
        if len(found) == 1:
            layers = tuple(range(clues.ends.base_layers))
            yield found[0], layers, Confidence.MEDIUM, clues.declared.witness


def _by_packages(clues: Clues, bases: Sequence[OwnBase]) -> Iterator[_Match]:
    """The base with most packages of which all are there; the layers are those that the history shows for any base."""
    there = clues.cuda.installed
    found = [base for base in bases if base.packages and there.issuperset(base.packages)]
    if base := _greatest(found, [len(base.packages) for base in found]):
        text = f"All {len(base.packages)} packages of {safe_text(base.name)} are there"
        layers = tuple(range(clues.ends.base_layers))
        yield base, layers, Confidence.MEDIUM, Witness("own-bases", text)


def _greatest(bases: Sequence[OwnBase], counts: Sequence[int]) -> OwnBase | None:
    best = max(counts, default=0)
    return bases[counts.index(best)] if counts.count(best) == 1 else None


def _detected(
    clues: Clues,
    base: OwnBase,
    layers: tuple[int, ...],
    confidence: Confidence,
    witness: Witness,
    *,
    bases: Sequence[OwnBase],
    public: DetectedBase | None,
) -> DetectedBase:
    line = _line(base, bases)
    tag = next((tag for one in line if (tag := _nvidia_tag(one.parent))), None)
    declared = next((one.variant for one in line if one.variant), None)
    variant = declared or (tag.variant if tag else public.variant if public else None)
    cuda = tag.cuda if tag else public.cuda if public else None
    evidence = [witness]
    if public and public.variant and variant and public.variant != variant:
        evidence.append(Witness("own-bases", f"Without the declaration it would be taken for {public.variant}", False))
        confidence = confidence.lowered()
    return DetectedBase(
        Family.OWN,
        base.name,
        variant,
        cuda,
        clues.os_name,
        clues.architecture,
        base.name.rpartition("/")[2].partition(":")[2] or None,
        layers,
        confidence,
        (*evidence, *(public.evidence if public else ())),
        public,
    )


def _line(base: OwnBase, bases: Sequence[OwnBase]) -> list[OwnBase]:
    """A base and the declared ones that it was built on, the nearest first."""
    by_name = {item.name: item for item in bases}
    line = [base]
    while len(line) < _PARENT_LIMIT and (parent := by_name.get(line[-1].parent or "")):
        line.append(parent)
    return line


def _nvidia_tag(reference: str | None) -> VariantTag | None:
    """The parts of a reference's tag, where it is one to nvidia/cuda, from whichever registry."""
    name, _, tag = (reference or "").partition("@")[0].rpartition(":")
    return parse_tag(tag) if f"/{name}".endswith("/nvidia/cuda") else None
