"""Images with tables of which sizes are known by construction."""

from pathlib import Path

from layerscope.outline.outline import Outline
from layerscope.outline.take import take_outline
from layerscope.sources.options import OpenOptions
from tests.images import compress, file, layer, whiteout
from tests.tables.lazy import LazyLayer, modern_chunked, write_lazy

HALF, OLD, NEW, UNLISTED = 20_000, 1_000, 2_000, 300
LOWER = layer(file("opt/a", b"h" * HALF), file("opt/b", b"h" * HALF), file("etc/motd", b"1" * OLD))
UPPER = layer(file("etc/motd", b"2" * NEW), file("usr/share/doc/app/README", b"d" * 500), whiteout("opt/none"))
STORED = 2 * HALF + OLD + NEW + 500
PLAIN = layer(file("plain", b"p" * UNLISTED))


def whole_layers() -> list[LazyLayer]:
    """Return two layers: 43,500 B stored, of them 1,000 B superseded and 20,000 B twice."""
    return [modern_chunked(LOWER), modern_chunked(UPPER)]


def partly_layers() -> list[LazyLayer]:
    """Return the same with a layer on top that lists nothing."""
    blob = compress(PLAIN, "gzip")
    return [*whole_layers(), LazyLayer(blob, PLAIN, "application/vnd.oci.image.layer.v1.tar+gzip", {})]


def outline_of(folder: Path, layers: list[LazyLayer]) -> Outline:
    """Write an image and look at it."""
    return take_outline(str(write_lazy(folder, layers)), OpenOptions(pull="never"))
