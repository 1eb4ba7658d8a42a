"""Names without a prefix and without a path: which engine is asked, who may pull, and the registry as a last resort."""

from collections.abc import Callable

from layerscope.errors import ImageError, ImageNotFound, SourceUnavailable, StoreUnusable, UsageError
from layerscope.progress import Progress
from layerscope.sources.docker_engine import Engine, connect_docker, connect_podman
from layerscope.sources.engine_save import EngineSave
from layerscope.sources.options import ENGINES, OpenOptions
from layerscope.sources.registry.image import open_registry
from layerscope.sources.source import ImageSource
from layerscope.sources.store.open_store import open_store
from layerscope.units import safe_text

_CONNECTORS: dict[str, Callable[[], Engine]] = {"docker": connect_docker, "podman": connect_podman}


def open_engine(reference: str, names: tuple[str, ...], options: OpenOptions, progress: Progress) -> ImageSource:
    """Ask engines in order; only when none has the image may the first that said so pull it.

    Where every engine may be asked, and none has the image or could pull it, the registry is read directly. Raises
    ImageNotFound with who was asked and why each said no.
    """
    if not reference.strip() or not reference.isprintable():
        raise ImageNotFound(
            f"No engine knows an image by the name {safe_text(reference)!r}.", hint="Expected registry/name:tag."
        )
    answers = ["With --quick no engine pulls."] if options.quick else []
    engines: list[Engine] = []
    try:
        engine = _find(reference, names, options, engines, answers)
        if engine is None and options.pull != "never" and not options.quick:
            engine = _pull(reference, options, progress, engines, answers)
        if engine is not None:
            stored = _open_store(engine, reference, options, progress)
            if stored is not None:
                return stored
            engines.remove(engine)
            return EngineSave(engine, reference, options, progress)
    finally:
        for other in engines:
            other.close()
    if names == ENGINES and options.pull != "never":
        try:
            return open_registry(reference, options, progress)
        except (ImageNotFound, SourceUnavailable, UsageError) as error:
            answers.append(str(error))
    raise ImageNotFound(
        f"Nobody has the image {safe_text(reference)!r}: {' '.join(answers)}",
        hint="Check the name, or give the path of an archive.",
    )


def _find(
    reference: str, names: tuple[str, ...], options: OpenOptions, engines: list[Engine], answers: list[str]
) -> Engine | None:
    """The first engine that has the image; those that run and do not have it are added to `engines`."""
    for name in names:
        try:
            engine = _CONNECTORS[name]()
            engines.append(engine)
            if options.pull == "always":
                continue
            if engine.has(reference):
                return engine
            answers.append(f"{engine.title} does not have it.")
        except SourceUnavailable as error:
            answers.append(str(error))
    return None


def _open_store(engine: Engine, reference: str, options: OpenOptions, progress: Progress) -> ImageSource | None:
    """The image where the engine keeps it; None, with a note, where that cannot be read here."""
    try:
        location = engine.locate(reference) if options.store else None
        return open_store(location, reference, options) if location else None
    except StoreUnusable as error:
        progress.note(str(error))
        return None


def _pull(
    reference: str, options: OpenOptions, progress: Progress, engines: list[Engine], answers: list[str]
) -> Engine | None:
    for engine in engines:
        try:
            engine.pull(reference, options.platform, progress)
        except ImageError as error:
            answers.append(str(error))
        else:
            return engine
    return None
