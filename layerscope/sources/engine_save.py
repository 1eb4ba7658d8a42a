"""An image that an engine will save: it is not sent before somebody wants its layers."""

from collections.abc import Iterator, Sequence

from layerscope.oci.image import Image
from layerscope.progress import Progress
from layerscope.sources.docker_engine import Engine
from layerscope.sources.options import OpenOptions
from layerscope.sources.passing_archive import PassingArchive
from layerscope.sources.source import Blob, DescribedImage


class EngineSave:
    """An engine's image as a passing source, which can be described before it passes."""

    is_passing = True

    def __init__(self, engine: Engine, reference: str, options: OpenOptions, progress: Progress) -> None:
        self.kind = engine.kind
        self.reference = reference
        self._engine = engine
        self._options = options
        self._progress = progress
        self._described: DescribedImage | None = None
        self._archive: PassingArchive | None = None

    def describe(self) -> DescribedImage | None:
        """What the engine says of the image; None where every byte is to be read, and where it does not say."""
        if self._described is None and not self._options.verify:
            self._described = self._engine.describe(self.reference, self._options.platform)
        return self._described

    def blobs(self) -> Iterator[Blob]:
        """Each file that looks like a layer, as it comes; raises ImageNotFound and SourceUnavailable."""
        self._archive = self._engine.save(self.reference, self._options.platform, self._progress)
        yield from self._archive.blobs()

    def together_with(self, others: Sequence["EngineSave"], progress: Progress) -> PassingArchive:
        """Begin to save this image and others of the same engine, each layer once; raises as `blobs` does."""
        references = [self.reference, *(other.reference for other in others)]
        self._archive = self._engine.save_together(references, progress)
        return self._archive

    def image(self) -> Image:
        """The image, once all has passed; raises ImageNotFound and MalformedImage."""
        assert self._archive is not None, "blobs come before the image"
        return self._archive.image()

    def close(self) -> None:
        """End the connection."""
        if self._archive is not None:
            self._archive.close()
        else:
            self._engine.close()
