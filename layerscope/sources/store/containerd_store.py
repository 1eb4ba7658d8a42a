"""containerd's content store, where engines with the containerd image store keep blobs.

Blobs lie under their digests, as they were pulled or built (containerd, plugins/content/local); an image's ID is the
digest of its index or manifest.
"""

from pathlib import Path

from layerscope.errors import DigestMismatch, MalformedImage, SourceUnavailable, StoreUnusable
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.manifest import ImageIndex
from layerscope.oci.platform import Platform
from layerscope.sources.oci_image import blob_name
from layerscope.sources.oci_layout import LayoutInDirectory, OciLayout

_CONTENT = "io.containerd.content.v1.content"
_SYSTEM_ROOT = Path("/var/lib/containerd")


class ContentStore(LayoutInDirectory):
    """Blobs as in a layout, without an index of their own."""

    kind = "containerd-store"


def open_content(
    engine_root: Path, image_id: Digest, *, reference: str, platform: Platform | None, verify: bool
) -> OciLayout:
    """Open an image whose blobs are all there; raises StoreUnusable, and ImageNotFound for another platform."""
    files = ContentStore(_find_content(engine_root, image_id))
    try:
        target = Descriptor("", image_id, files.slice_of(blob_name(image_id)).size_bytes)
        source = OciLayout(
            files, reference=reference, name=None, platform=platform, verify=verify, index=ImageIndex((target,))
        )
        for layer in source.image().layers:
            files.slice_of(layer.blob)
    except (MalformedImage, DigestMismatch, SourceUnavailable) as error:
        files.release()
        raise StoreUnusable(f"containerd's content store does not hold the image whole: {error.problem}") from error
    except BaseException:
        files.release()
        raise
    return source


def _find_content(engine_root: Path, image_id: Digest) -> Path:
    """The content store that has the image: of the engine's own containerd, or of the system's."""
    for root in (engine_root / "containerd" / "daemon", _SYSTEM_ROOT):
        if (root / _CONTENT / blob_name(image_id)).is_file():
            return root / _CONTENT
    raise StoreUnusable("containerd's content store cannot be read here, or does not have the image.")
