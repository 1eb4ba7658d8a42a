"""The Dockerfile of an image: the one that is given, or the one that its builder attests."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.instruction import Span
from layerscope.dockerfile.match import LayerLines, match_layers, tell_mismatch
from layerscope.dockerfile.parse import LIMIT_BYTES, parse_dockerfile
from layerscope.dockerfile.stages import lineage, read_stages
from layerscope.errors import BadDockerfile
from layerscope.oci.image import Image
from layerscope.oci.provenance import Provenance
from layerscope.units import safe_text

_LINES_SHOWN = 3
_NAME_CHARACTERS = 40


class MatchedDockerfile(Struct, frozen=True):
    """A Dockerfile with the lines of an image's layers.

    `name` is its path from the folder in which the work began, or the file's name alone. `is_attested` says that it
    comes out of the image and was not given.
    """

    name: str
    dockerfile: Dockerfile
    lines: LayerLines
    is_attested: bool

    def line_of(self, layer: int) -> int | None:
        """The first line of the instruction that made a layer, None where that is not certain."""
        span = self.lines.spans.get(layer)
        return span.first if span else None

    def lines_of(self, layers: Iterable[int]) -> list[int]:
        """The first lines of the instructions that made some layers, as far as they are certain, in order."""
        return sorted({line for layer in layers if (line := self.line_of(layer)) is not None})

    def place(self, layers: Iterable[int]) -> str:
        """Where the instructions of some layers are, as `Dockerfile:3, 5`, safe to show; empty where unknown."""
        lines = self.lines_of(layers)
        name = safe_text(self.name.rpartition("/")[2][-_NAME_CHARACTERS:])
        more = ", ..." if len(lines) > _LINES_SHOWN else ""
        return f"{name}:{', '.join(map(str, lines[:_LINES_SHOWN]))}{more}" if lines else ""

    def base_line(self) -> int | None:
        """The line that names the base image, None where the Dockerfile is none of this image."""
        stages = read_stages(self.dockerfile)
        return lineage(stages, self.lines.stage)[0].start.span.first if stages and self.lines.spans else None


def read_dockerfile(path: Path) -> Dockerfile:
    """Read a Dockerfile from a file; raises BadDockerfile."""
    shown = safe_text(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadDockerfile(f"The Dockerfile {shown} cannot be read: {reason}.") from error
    try:
        return parse_dockerfile(content)
    except BadDockerfile as error:
        raise BadDockerfile(f"{shown}: {error.problem}", hint=error.hint) from error


def path_from_here(path: Path) -> str:
    """A path as a repository has it whose folder this is, or the file's name alone where it lies outside."""
    try:
        return path.absolute().resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (OSError, ValueError):
        return path.name


def find_dockerfile(image: Image, given: tuple[Dockerfile, str] | None) -> tuple[MatchedDockerfile | None, list[str]]:
    """The Dockerfile that was given, by its name, else the one that the image attests, and what is odd about it."""
    warnings = []
    if image.provenance is not None and image.provenance.problem:
        warnings.append(f"The image's build provenance cannot be read: {image.provenance.problem}")
    try:
        matched = _match_given(*given, image) if given else _match_attested(image)
    except BadDockerfile as error:
        return None, [*warnings, f"The Dockerfile in the image's build provenance cannot be read: {error.problem}"]
    mismatch = tell_mismatch(matched.lines) if matched else None
    return matched, [*warnings, mismatch] if mismatch else warnings


def _match_given(dockerfile: Dockerfile, name: str, image: Image) -> MatchedDockerfile:
    """Match by the history; where the image attests the very same Dockerfile, also by what it attests."""
    lines = match_layers(dockerfile, image)
    attested = image.provenance
    if attested and attested.dockerfile == dockerfile.text.encode("utf-8", "surrogateescape"):
        lines = _with_attested_lines(lines, attested, dockerfile, image)
    return MatchedDockerfile(name, dockerfile, lines, is_attested=False)


def _match_attested(image: Image) -> MatchedDockerfile | None:
    attested = image.provenance
    if attested is None or attested.dockerfile is None:
        return None
    dockerfile = parse_dockerfile(attested.dockerfile)
    lines = _with_attested_lines(match_layers(dockerfile, image), attested, dockerfile, image)
    name = attested.filename.rpartition("/")[2]
    return MatchedDockerfile(name or "Dockerfile", dockerfile, lines, is_attested=True)


def _with_attested_lines(lines: LayerLines, attested: Provenance, dockerfile: Dockerfile, image: Image) -> LayerLines:
    """What the builder says goes before what the history suggests."""
    spans = {**lines.spans, **_attested_spans(attested, dockerfile, image)}
    known = set(spans.values())
    missing = tuple(item for item in lines.missing if item.span not in known)
    strange = tuple(layer for layer in lines.strange if layer not in spans)
    return replace(lines, spans=spans, missing=missing, strange=strange)


def _attested_spans(attested: Provenance, dockerfile: Dockerfile, image: Image) -> dict[int, Span]:
    """The lines of the step that ended in each of the image's own chains of layers, where there is only one."""
    digests = tuple(layer.digest for layer in image.layers)
    found: dict[int, set[Span]] = {}
    spans = {item.span.first: item.span for item in dockerfile.instructions}
    for step in attested.steps:
        count = len(step.layers)
        if count and step.layers == digests[:count]:
            span = spans.get(step.first_line)
            if span is not None:
                found.setdefault(count - 1, set()).add(span)
    return {layer: known.pop() for layer, known in found.items() if len(known) == 1}
