"""Whether an image is built on nvidia/cuda, on which variant, and how sure that is."""

from collections.abc import Iterator

from layerscope.base_image.clues import Clues, architecture_of
from layerscope.base_image.detected import Confidence, DetectedBase, Family, Witness
from layerscope.base_image.environment import CudaClaim, is_same_cuda, release_of
from layerscope.base_image.nvidia import chain_stages
from layerscope.knowledge.cuda_variants import VariantTag, newest_cuda, parse_tag, tag_of, variants_of
from layerscope.units import safe_text

_NAME = "nvidia/cuda"
_RANKS = {"base": 0, "runtime": 1, "devel": 2}


def detect_cuda_image(clues: Clues) -> DetectedBase | None:
    """NVIDIA's CUDA image under an image; None where nothing proves one.

    The history comes first, because users' changes come after NVIDIA's steps in it. Without one the environment has to
    be borne out by what lies in the system, and without both a whole root file system has to look like NVIDIA's.
    """
    if clues.chain:
        return _detected(clues, clues.chain, clues.layers_to(clues.chain_end))
    if not clues.cuda.releases:
        return None
    if clues.environment:
        return _detected(clues, clues.environment, ())
    if tag := _declared_tag(clues):
        return _detected(clues, CudaClaim(tag.variant, tag.cuda), ())
    if _is_squashed(clues) and len(clues.cuda.releases) == 1:
        release = clues.cuda.releases[0]
        variant = clues.cuda.variant(release)
        return _detected(clues, CudaClaim(variant, clues.cuda.version(release)), ()) if variant else None
    return None


def cuda_tag(cuda: str | None, os: str | None, variant: str | None) -> str | None:
    """The tag of nvidia/cuda; None where one of the three is unknown or NVIDIA has no such image."""
    if not cuda or not os or not variant:
        return None
    if _numbers(cuda) > _numbers(newest_cuda()) and cuda.count(".") == 2:
        newest = [name for name in (os,) if variants_of(newest_cuda(), name)]
        return f"{cuda}-{variant}-{os}" if newest else None
    return tag_of(cuda, os, variant)


def cuda_witnesses(clues: Clues, claim: CudaClaim) -> Iterator[Witness]:
    """What each source says of a CUDA image, and whether it fits the claim."""
    for source, other in (("history", clues.chain), ("environment", clues.environment)):
        if other:
            text = f"NVIDIA's variables are those of {other.variant}, CUDA {other.cuda or 'unknown'}"
            yield Witness(source, text, _fits(other, claim) and not other.conflict)
            if other.conflict:
                yield Witness(source, safe_text(other.conflict)[:300], False)
    if clues.declared and clues.declared.family is Family.NVIDIA_CUDA:
        tag = parse_tag(clues.declared.tag or "")
        fits = tag is None or _fits(CudaClaim(tag.variant, tag.cuda), claim)
        yield Witness("labels", clues.declared.witness.text, fits)
    yield from _system_witnesses(clues, claim)
    if clues.os:
        yield clues.os.witness


def _detected(clues: Clues, claim: CudaClaim, layers: tuple[int, ...]) -> DetectedBase:
    """Put together what was found; where the leading witness does not know the version, what lies there may."""
    cuda = claim.cuda or _version_there(clues)
    settled = CudaClaim(claim.variant, cuda, claim.conflict)
    witnesses = [*cuda_witnesses(clues, settled), *_platform_witnesses(clues)]
    is_settled = cuda is not None and (bool(layers) or not _is_poorer(clues, settled))
    variant = claim.variant if is_settled else None
    tag = cuda_tag(cuda, clues.os_name, variant)
    if tag is None and cuda and cuda.count(".") == 2 and clues.os and variant:
        text = f"NVIDIA has no image of CUDA {cuda} {variant} for {clues.os.name}"
        witnesses.append(Witness("tags", text, False))
    if tag and _numbers(cuda or "") > _numbers(newest_cuda()):
        witnesses.append(Witness("tags", f"CUDA {cuda} is newer than the known tags, so this one is spelled by rule"))
    return DetectedBase(
        Family.NVIDIA_CUDA,
        _NAME,
        variant,
        cuda,
        clues.os_name,
        clues.architecture,
        tag,
        layers,
        _confidence(clues, witnesses, is_whole=tag is not None and bool(layers)),
        tuple(witnesses),
        stages=chain_stages(clues.steps, clues.chain_end) if layers else (),
    )


def _confidence(clues: Clues, witnesses: list[Witness], *, is_whole: bool) -> Confidence:
    """HIGH where all agree, MEDIUM with one gap or contradiction, LOW with more or with a system's look alone."""
    against = len({witness.source for witness in witnesses if not witness.agrees})
    if clues.chain:
        return Confidence.HIGH if is_whole and not against and clues.environment else Confidence.MEDIUM
    sources = sum((clues.environment is not None, _declared_tag(clues) is not None, bool(clues.cuda.marks)))
    return Confidence.MEDIUM if sources and not against else Confidence.LOW


def _system_witnesses(clues: Clues, claim: CudaClaim) -> Iterator[Witness]:
    """Users add to a base, so more than it brings speaks against nothing; less does."""
    for source, parts in (("packages", clues.cuda.packages), ("files", clues.cuda.files)):
        for release in sorted(parts.parts):
            variant = parts.variant(release)
            is_same = claim.cuda is not None and is_same_cuda(release, claim.cuda)
            if variant and is_same:
                fits = _rank(variant) >= _rank(claim.variant)
                yield Witness(source, f"CUDA {parts.versions.get(release, release)} with what {variant} has", fits)
            elif variant:
                yield Witness(source, f"CUDA {parts.versions.get(release, release)} is there too", claim.cuda is None)
    for mark in clues.cuda.marks:
        yield Witness("files", f"/{mark} is a file of NVIDIA's images")
    if not clues.cuda.releases:
        yield Witness("files", "No CUDA runtime is left in the system", False)


def _platform_witnesses(clues: Clues) -> Iterator[Witness]:
    architecture = architecture_of(clues.env)
    if architecture and architecture != clues.architecture:
        yield Witness("environment", f"NVARCH is that of {architecture}, not of {clues.architecture}", False)


def _fits(other: CudaClaim, claim: CudaClaim) -> bool:
    if other.variant != claim.variant:
        return False
    return other.cuda is None or claim.cuda is None or is_same_cuda(other.cuda, claim.cuda)


def _is_poorer(clues: Clues, claim: CudaClaim) -> bool:
    """Whether the system has less than the claimed variant brings, or nothing of its version."""
    release = release_of(claim.cuda or "")
    there = clues.cuda.variant(release) if release else None
    return there is None or _rank(there) < _rank(claim.variant)


def _version_there(clues: Clues) -> str | None:
    releases = clues.cuda.releases
    return clues.cuda.version(releases[0]) if len(releases) == 1 else None


def _declared_tag(clues: Clues) -> VariantTag | None:
    if clues.declared is None or clues.declared.family is not Family.NVIDIA_CUDA:
        return None
    return parse_tag(clues.declared.tag or "")


def _is_squashed(clues: Clues) -> bool:
    """Whether the lowest layer is a whole system with CUDA in it, which no step of another base explains."""
    return clues.os is not None and clues.cuda.layers[:1] == (0,) and not clues.cuda.layers[1:]


def _rank(variant: str) -> tuple[int, bool]:
    return _RANKS[variant.removeprefix("cudnn-")], variant.startswith("cudnn-")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
