"""The pipeline in one function: a reference becomes an Analysis."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from layerscope.at_rest import ContentWork
from layerscope.blob.allowance import Allowance
from layerscope.errors import StoreUnusable
from layerscope.findings.purpose import Purpose
from layerscope.forking.scan_process import ForkUnusable
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.oci.image import Image
from layerscope.probes import PROBES
from layerscope.progress import Progress, SilentProgress
from layerscope.scanning.blobs import scan_blobs
from layerscope.scanning.match import find_known, match_scans
from layerscope.sources.open import open_source
from layerscope.sources.options import OpenOptions
from layerscope.sources.source import ImageSource, close_quietly

# What comes after scanning is loaded while a fork scans, and the cache by who uses it.
if TYPE_CHECKING:
    from layerscope.analysis import Analysis
    from layerscope.base_image.detected import OwnBase
    from layerscope.cache.scan_cache import ScanCache
    from layerscope.dockerfile.dockerfile import Dockerfile


def analyze_image(
    reference: str,
    options: OpenOptions | None = None,
    progress: Progress | None = None,
    purpose: Purpose = Purpose.PROD,
    *,
    with_device_code: bool = False,
    dockerfile: Path | None = None,
    own_bases: "Sequence[OwnBase]" = (),
    ignored_rules: Collection[str] = (),
    cache: "ScanCache | None" = None,
    meanwhile: Callable[[], None] | None = None,
) -> "Analysis":
    """Take an image apart; `with_device_code` also reads what its libraries hold for which GPUs.

    `dockerfile` is what the image was built of; without it, the one that the image's provenance holds is used.
    `own_bases` are base images that the caller declares, `ignored_rules` ids of findings that are not looked for.
    What `cache` knows of earlier runs is not read again, and changes nothing of the result. With `meanwhile` this
    process may fork where that is faster, which changes nothing either; it is called while the fork reads, to load
    what comes after.

    Raises UsageError for a reference or an option that makes no sense, and ImageError and its kin for an image that
    cannot be found or read. A damaged layer is no error: the analysis says that it is not complete.
    """
    progress = progress or SilentProgress()
    given = _read_dockerfile(dockerfile) if dockerfile else None
    options = options or OpenOptions()

    def attempt(options: OpenOptions, meanwhile: Callable[[], None] | None) -> "Analysis":
        allowance = options.allowance()
        with _opened(reference, options, progress) as source, ContentWork(cache) as contents:
            image, scans = _read(source, contents, progress, cache, allowance, meanwhile=meanwhile)
            from layerscope.accounting import account_for

            return account_for(
                source,
                image,
                scans,
                contents,
                progress=progress,
                purpose=purpose,
                given=given,
                with_device_code=with_device_code,
                own_bases=own_bases,
                ignored_rules=ignored_rules,
                allowance=allowance,
            )

    def run(options: OpenOptions) -> "Analysis":
        try:
            return attempt(options, meanwhile)
        except ForkUnusable:
            return attempt(options, None)

    try:
        return run(options)
    except StoreUnusable as error:
        progress.note(str(error))
        # Pulled it is by now.
        return run(replace(options, store=False, pull="missing" if options.pull == "always" else options.pull))


def _read(
    source: ImageSource,
    contents: ContentWork,
    progress: Progress,
    cache: "ScanCache | None",
    allowance: Allowance,
    *,
    meanwhile: Callable[[], None] | None,
) -> tuple[Image, list[LayerScan]]:
    """The image and the scans of its layers, from the bottom; begins the work on their contents."""
    progress.stage("Reading layers")
    known = find_known(source, cache, allowance)
    if known is not None:
        image, matched = known[0], match_scans(*known)
    else:
        load = partial(_load_the_rest, meanwhile) if meanwhile is not None else None
        scans = scan_blobs(source, ProbeSet(PROBES), progress, contents.add, cache, allowance=allowance, meanwhile=load)
        image = source.image()
        matched = match_scans(image, scans)
        if cache is not None:
            from layerscope.cache.saves import keep_saved

            keep_saved(cache, source, image, matched)
    contents.begin(matched)
    return image, matched


def _load_the_rest(and_then: Callable[[], None]) -> None:
    from layerscope.accounting import load_tables

    load_tables()
    and_then()


def _read_dockerfile(path: Path) -> "tuple[Dockerfile, str]":
    from layerscope.dockerfile.matched import path_from_here, read_dockerfile

    return read_dockerfile(path), path_from_here(path)


@contextmanager
def _opened(reference: str, options: OpenOptions, progress: Progress) -> Iterator[ImageSource]:
    """A source, closed in the end; after another error, which is the one to tell, without a word."""
    source = open_source(reference, options, progress)
    try:
        yield source
    except BaseException:
        close_quietly(source)
        raise
    source.close()
