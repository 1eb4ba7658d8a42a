"""Which store an engine has, and whether it can be read here."""

import os
from pathlib import Path

from msgspec import Struct

from layerscope.errors import LayerscopeError, StoreUnusable
from layerscope.oci.digest import Digest
from layerscope.sources.options import OpenOptions
from layerscope.sources.source import ImageSource
from layerscope.sources.store.containerd_store import open_content
from layerscope.sources.store.docker_store import DRIVER, DockerStore
from layerscope.units import safe_text


class StoreLocation(Struct, frozen=True):
    """What an engine says of its store: its folder, its driver, who keeps the images, and an image's ID.

    Without `has_whole_files` a layer's folder may hold files of which the kernel left the data in a lower layer.
    """

    root: Path
    driver: str
    is_containerd: bool
    has_whole_files: bool
    image_id: str


def open_store(location: StoreLocation, reference: str, options: OpenOptions) -> ImageSource:
    """Open an image in place; raises StoreUnusable, and ImageNotFound where it is for another platform than asked."""
    if not os.access(location.root, os.R_OK | os.X_OK):
        root = safe_text(str(location.root))
        raise StoreUnusable(f"The engine's folder {root} is not on this machine, or only root may read it.")
    image_id = _image_id(location)
    if location.is_containerd:
        return open_content(
            location.root, image_id, reference=reference, platform=options.platform, verify=options.verify
        )
    if location.driver != DRIVER:
        raise StoreUnusable(f"The engine's storage driver is {safe_text(location.driver[:50])}, and not {DRIVER}.")
    if not location.has_whole_files:
        raise StoreUnusable("The engine's layers may refer to one another (its info says: Native Overlay Diff: false).")
    return DockerStore(location.root, image_id, reference=reference, platform=options.platform, verify=options.verify)


def _image_id(location: StoreLocation) -> Digest:
    try:
        return Digest.parse(location.image_id)
    except LayerscopeError as error:
        raise StoreUnusable("The engine names the image by what is no digest.") from error
