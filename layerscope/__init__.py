"""Says where every byte of an ML or CUDA container image goes, and why it is there.

>>> import layerscope
>>> analysis = layerscope.analyze("sample_images/odd-layers.docker.tar")
>>> analysis.index.stored_bytes - analysis.index.live_bytes == analysis.index.superseded_bytes
True
"""

from typing import TYPE_CHECKING, Any

from layerscope.__about__ import __version__
from layerscope.errors import (
    BadDockerfile,
    DamagedTar,
    DigestMismatch,
    ImageError,
    ImageNotFound,
    LayerscopeError,
    LimitExceeded,
    MalformedImage,
    SourceUnavailable,
    StoreUnusable,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from layerscope.analysis import Analysis

__all__ = [
    "Analysis",
    "BadDockerfile",
    "DamagedTar",
    "DigestMismatch",
    "ImageError",
    "ImageNotFound",
    "LayerscopeError",
    "LimitExceeded",
    "MalformedImage",
    "SourceUnavailable",
    "StoreUnusable",
    "UsageError",
    "__version__",
    "analyze",
    "load",
]


def analyze(
    reference: str,
    *,
    platform: str | None = None,
    pull: str = "missing",
    purpose: str = "prod",
    verify: bool = False,
    device_code: bool = False,
    dockerfile: "str | Path | None" = None,
    insecure_registries: "Sequence[str]" = (),
    store: bool = True,
    cache: bool = False,
) -> "Analysis":
    """Take an image apart: a name in an engine or a registry, an archive, or a layout, as on the command line.

    `dockerfile` is the path of the Dockerfile that the image was built of; `insecure_registries` are hosts, with their
    ports where they have any, for which plain HTTP will do. Without `store` an engine's image is read through its API,
    even where the engine's own folder is readable. With `cache` what earlier runs kept is used and more is kept, in the
    folder that the command line uses as well.

    Raises UsageError for an argument that makes no sense, and ImageError and its kin for an image that cannot be found
    or read. A damaged layer is no error: `is_complete` of the analysis is then false.
    """
    import warnings
    from contextlib import nullcontext
    from functools import partial
    from pathlib import Path

    from layerscope.cache.open import open_cache
    from layerscope.findings.purpose import Purpose
    from layerscope.oci.platform import Platform
    from layerscope.pipeline import analyze_image
    from layerscope.sources.options import OpenOptions, RegistryOptions

    if purpose not in {item.value for item in Purpose}:
        raise UsageError(f"There is no purpose {purpose!r}.", hint="prod, dev and ci are known.")
    wish = Platform.parse(platform) if platform else None
    registry = RegistryOptions(plain_hosts=tuple(insecure_registries))
    options = OpenOptions(wish, pull, verify, registry, store)
    kept = open_cache(partial(warnings.warn, stacklevel=3)) if cache else nullcontext()
    with kept as scans:
        return analyze_image(
            reference,
            options,
            purpose=Purpose(purpose),
            with_device_code=device_code,
            dockerfile=Path(dockerfile) if dockerfile is not None else None,
            cache=scans,
        )


def load(path: "str | PathLike[str]") -> "Analysis":
    """Read an analysis that `layerscope analyze --save` wrote; it is as good as the fresh one.

    Raises ImageError and its kin for a file that cannot be read, is damaged or comes from a newer version.
    """
    from pathlib import Path

    from layerscope.saved.load import load_analysis

    return load_analysis(Path(path))


def __getattr__(name: str) -> Any:
    """Load what is heavy only when it is asked for."""
    if name == "Analysis":
        from layerscope.analysis import Analysis

        return Analysis
    raise AttributeError(f"module 'layerscope' has no attribute {name!r}")
