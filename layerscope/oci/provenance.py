"""BuildKit's provenance of an image: the Dockerfile that it was built of, and which lines made which layers.

In-toto statements with a SLSA predicate, v0.2 or v1, of `mode=max` (BuildKit, docs/attestations/slsa-definitions.md).
"""

import base64
import binascii
from collections.abc import Iterator

from msgspec import Struct

from layerscope.errors import MalformedImage
from layerscope.oci.digest import Digest
from layerscope.oci.document import JsonObject, parse_object

PROVENANCE_LIMIT_BYTES = 16 << 20
PREDICATES = frozenset(
    ("https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v1.0")
)
_METADATA = ("https://mobyproject.org/buildkit@v1#metadata", "buildkit_metadata")
_STEPS_LIMIT = 10_000
_CHAINS_LIMIT = 100_000


class SourceStep(Struct, frozen=True):
    """A step that ended in these layers, the lowest first, and the lines of the Dockerfile that it stands on."""

    layers: tuple[Digest, ...]
    first_line: int
    last_line: int


class Provenance(Struct, frozen=True):
    """What the builder attests: the Dockerfile, its name, and its steps; or what kept it from being read."""

    dockerfile: bytes | None
    filename: str
    steps: tuple[SourceStep, ...]
    problem: str | None = None


def parse_provenance(content: bytes, what: str) -> Provenance | None:
    """Read a statement; None where it names no Dockerfile, as with `mode=min`; raises MalformedImage, LimitExceeded."""
    document = parse_object(content, what, limit_bytes=PROVENANCE_LIMIT_BYTES)
    predicate = document.object("predicate")
    if document.text("predicateType") not in PREDICATES or predicate is None:
        return None
    metadata = _metadata(predicate)
    source = metadata.object("source") if metadata else None
    infos = source.objects("infos") if source else []
    if metadata is None or source is None or not infos:
        return None
    steps = tuple(_steps(metadata, source, _sources(predicate)))
    return Provenance(_data(infos[0]), infos[0].text("filename") or "Dockerfile", steps)


def _metadata(predicate: JsonObject) -> JsonObject | None:
    """BuildKit's own part: below `metadata` in v0.2, below `runDetails.metadata` in v1."""
    outer = predicate.object("metadata")
    if outer is None and (run := predicate.object("runDetails")) is not None:
        outer = run.object("metadata")
    return next((found for name in _METADATA if outer and (found := outer.object(name))), None)


def _sources(predicate: JsonObject) -> frozenset[str]:
    """The steps that fetched something, as a base image, and made no layer."""
    config = predicate.object("buildConfig")
    definition = predicate.object("buildDefinition")
    for name in ("internalParameters", "externalParameters"):
        parameters = definition.object(name) if definition and config is None else None
        config = parameters.object("buildConfig") if parameters else config
    steps = config.objects("llbDefinition")[:_STEPS_LIMIT] if config else []
    return frozenset(step.text("id") or "" for step in steps if _is_source(step))


def _is_source(step: JsonObject) -> bool:
    operation = step.object("op")
    inner = operation.object("Op") if operation else None
    return any(part is not None and part.object("source") is not None for part in (operation, inner))


def _steps(metadata: JsonObject, source: JsonObject, fetched: frozenset[str]) -> Iterator[SourceStep]:
    locations, layers = source.object("locations"), metadata.object("layers")
    if locations is None or layers is None:
        return
    lines = {name: _lines(locations, name) for name in list(locations.values)[:_STEPS_LIMIT] if name not in fetched}
    left = _CHAINS_LIMIT
    for output in list(layers.values)[:_STEPS_LIMIT]:
        found = lines.get(output.partition(":")[0])
        for chain in _chains(layers, output) if found else ():
            left -= len(chain)
            if found and left >= 0:
                yield SourceStep(chain, *found)


def _chains(layers: JsonObject, output: str) -> Iterator[tuple[Digest, ...]]:
    """The chains of layers that a step's output is: lists of descriptors."""
    chains = layers.values[output]
    if not isinstance(chains, list):
        raise MalformedImage(f"{layers.what} are no lists.")
    for chain in chains:
        descriptors = JsonObject({"chain": chain}, layers.what).objects("chain")
        digests = [descriptor.text("digest") for descriptor in descriptors]
        yield tuple(Digest.parse(digest) for digest in digests if digest is not None)


def _lines(locations: JsonObject, name: str) -> tuple[int, int] | None:
    """The first and last line of a step in the first source; None for a step that stands at several places."""
    step = locations.object(name)
    places = step.objects("locations") if step else []
    if len(places) != 1 or places[0].integer("sourceIndex"):
        return None
    numbers = [
        position.integer("line")
        for lines in places[0].objects("ranges")
        for position in (lines.object("start"), lines.object("end"))
        if position is not None
    ]
    known = [number for number in numbers if number is not None and number > 0]
    return (min(known), max(known)) if known else None


def _data(info: JsonObject) -> bytes | None:
    try:
        return base64.b64decode(info.text("data") or "", validate=True) or None
    except (binascii.Error, ValueError) as error:
        raise MalformedImage(f"{info.what} holds data that is not base64.") from error
