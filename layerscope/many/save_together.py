"""Several images of one engine come in one save, so that the layers they share are sent once."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from layerscope.cache.saves import find_saved, keep_saved
from layerscope.cache.scan_cache import ScanCache
from layerscope.errors import LayerscopeError
from layerscope.layers.probe import ProbeSet
from layerscope.probes import PROBES
from layerscope.progress import Progress, SilentProgress
from layerscope.scanning.blobs import scan_blobs
from layerscope.scanning.match import match_scans
from layerscope.sources.open import asked_engines, open_source
from layerscope.sources.options import OpenOptions

if TYPE_CHECKING:
    from layerscope.sources.engine_save import EngineSave


def save_together(references: Sequence[str], options: OpenOptions, cache: ScanCache | None, progress: Progress) -> None:
    """Scan into the cache what an engine would send one by one; whoever analyses the images then finds them there.

    Nothing that goes wrong is an error: what is not in the cache afterwards is saved by itself, and says why not.
    """
    if cache is None or options.verify or options.platform is not None or options.pull == "always":
        return
    with ExitStack() as stack:
        groups: dict[str, list[EngineSave]] = {}
        for save in _open_saves(references, options):
            stack.callback(save.close)
            if find_saved(cache, save) is None:
                groups.setdefault(save.kind, []).append(save)
        for saves in groups.values():
            if len(saves) > 1:
                _scan(saves, options, cache, progress)


def _open_saves(references: Sequence[str], options: OpenOptions) -> Iterator["EngineSave"]:
    """Those that an engine has and would have to send; none from where its own folder can be read on."""
    for reference in references:
        if asked_engines(reference) is None:
            continue
        try:
            source = open_source(reference, replace(options, pull="never"), SilentProgress())
        except LayerscopeError:
            continue
        from layerscope.sources.engine_save import EngineSave

        if not isinstance(source, EngineSave):
            source.close()
            return
        yield source


def _scan(saves: Sequence["EngineSave"], options: OpenOptions, cache: ScanCache, progress: Progress) -> None:
    """Keep the layers of all, and what each image is made of."""
    try:
        archive = saves[0].together_with(saves[1:], progress)
        progress.stage("Reading layers")
        scans = scan_blobs(archive, ProbeSet(PROBES), progress, lambda *_: None, cache, allowance=options.allowance())
    except LayerscopeError as error:
        progress.note(f"The images are saved one by one: {error}")
        return
    for save in saves:
        # What is wrong with one image is said when it is read by itself.
        with suppress(LayerscopeError):
            if (described := save.describe()) is not None:
                image = archive.image_of(described)
                keep_saved(cache, save, image, match_scans(image, scans))
