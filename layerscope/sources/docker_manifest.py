"""`manifest.json` of a docker archive: which config and which layer files make up which image.

Its keys come in any letter case (`Config` from engines, `config` from jib), since Go reads them so.
"""

from collections.abc import Callable

from msgspec import Struct

from layerscope.errors import ImageNotFound, LimitExceeded, MalformedImage
from layerscope.oci.config import align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.document import parse_objects
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import LAYER_LIMIT
from layerscope.sources.source import DescribedImage
from layerscope.units import safe_text

_BLOBS = "blobs/"


class ArchivedImage(Struct, frozen=True):
    """One item of `manifest.json`."""

    config: str
    layers: tuple[str, ...]
    repo_tags: tuple[str, ...]


def parse_docker_manifest(content: bytes) -> tuple[ArchivedImage, ...]:
    """Read `manifest.json`; raises MalformedImage and LimitExceeded."""
    images = []
    for item in parse_objects(content, "manifest.json"):
        config, layers = item.text("Config"), tuple(item.texts("Layers"))
        if not config:
            raise MalformedImage("manifest.json names no image configuration.")
        if len(layers) > LAYER_LIMIT:
            raise LimitExceeded(f"manifest.json lists {len(layers)} layers; an engine takes at most 127.")
        images.append(ArchivedImage(config, layers, tuple(item.texts("RepoTags"))))
    if not images:
        raise ImageNotFound("The archive holds no image: its manifest.json is empty.")
    return tuple(images)


def choose_image(images: tuple[ArchivedImage, ...], name: str | None) -> ArchivedImage:
    """The image with that name or the only one; raises ImageNotFound with the names that there are."""
    if name is not None:
        wanted = [image for image in images if {name, f"{name}:latest"} & set(image.repo_tags)]
    else:
        wanted = list(images) if len({image.config for image in images}) == 1 else []
    if wanted:
        return wanted[0]
    names = ", ".join(safe_text(tag) for image in images[:20] for tag in image.repo_tags[:5]) or "no names"
    problem = f"no image {name!r}" if name else f"{len(images)} images"
    raise ImageNotFound(f"The archive holds {problem}; it has {names}.", hint="Name one as ARCHIVE:NAME:TAG.")


def choose_described(images: tuple[ArchivedImage, ...], described: DescribedImage) -> ArchivedImage:
    """The image that an engine described, by its ID or else by its name; raises ImageNotFound."""
    encoded = described.image_id.rpartition(":")[2]
    of_id = [image for image in images if image.config in {f"{encoded}.json", f"{_BLOBS}sha256/{encoded}"}]
    return of_id[0] if of_id else choose_image(images, described.reference)


def assemble(
    archived: ArchivedImage,
    config_content: bytes,
    resolve: Callable[[str], str],
    *,
    reference: str,
    source: str,
    manifest_digest: Digest | None = None,
) -> Image:
    """Join the archive's files with the configuration; raises MalformedImage where they contradict each other."""
    config = parse_config(config_content, archived.config)
    if len(config.diff_ids) != len(archived.layers):
        raise MalformedImage(
            f"manifest.json lists {len(archived.layers)} layers and the image configuration {len(config.diff_ids)}."
        )
    steps = align_history(config, len(archived.layers))
    layers = []
    for position, (name, diff_id, step) in enumerate(zip(archived.layers, config.diff_ids, steps, strict=True)):
        member = resolve(name)
        layers.append(Layer(position, diff_id, member, blob_digest(member), None, None, step))
    return Image(reference, source, Digest.of(config_content), manifest_digest, config, tuple(layers))


def blob_digest(member: str) -> Digest | None:
    """The digest in a member's name, as `blobs/sha256/…` has it; None for other names."""
    algorithm, slash, encoded = member.removeprefix(_BLOBS).partition("/")
    return Digest.parse(f"{algorithm}:{encoded}") if member.startswith(_BLOBS) and slash else None
