"""A reference as people type it becomes a source, in a fixed order.

1. A prefix decides: `docker:`, `podman:`, `docker-archive:`, `oci-archive:`, `oci-dir:`; `-` is standard input.
2. An existing path is an archive or a layout, told by its content.
3. The Docker Engine is asked, then Podman's socket; then an engine may pull.
"""

import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from layerscope.errors import ImageError, ImageNotFound, SourceUnavailable, UsageError
from layerscope.oci.platform import Platform
from layerscope.progress import Progress
from layerscope.sources.open_path import open_directory, open_file, open_stream
from layerscope.sources.source import ImageSource
from layerscope.units import safe_text

PULL_POLICIES = ("missing", "always", "never")
_PATHS = ("docker-archive", "oci-archive", "oci-dir")
_ENGINES = ("docker", "podman")


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What the user wishes: a platform, whether an engine may pull, whether every byte is to be checked."""

    platform: Platform | None = None
    pull: str = "missing"
    verify: bool = False


def open_source(reference: str, options: OpenOptions, progress: Progress) -> ImageSource:
    """Find who has the image; raises UsageError, ImageNotFound, SourceUnavailable and MalformedImage."""
    if options.pull not in PULL_POLICIES:
        raise UsageError(f"{options.pull!r} is no pull policy.", hint=f"Expected {', '.join(PULL_POLICIES)}.")
    if not reference or "\0" in reference:
        raise UsageError("The reference is empty or holds a NUL.", hint="Name an image, an archive or a layout.")
    if reference == "-":
        return open_stream(sys.stdin.buffer, reference, None, options.platform, kind="stdin")
    prefix, colon, rest = reference.partition(":")
    if colon and prefix in _PATHS:
        return _open_path(rest, options, expected=prefix)
    if colon and prefix in _ENGINES:
        return _open_engine(rest, (prefix,), options, progress)
    if Path(reference).exists() or reference.startswith(("/", "./", "../", "~")) or reference.endswith(".tar"):
        return _open_path(reference, options, expected=None)
    path, colon, _ = reference.partition(":")
    if colon and Path(path).exists():
        return _open_path(reference, options, expected=None)
    return _open_engine(reference, _ENGINES, options, progress)


def _open_path(text: str, options: OpenOptions, *, expected: str | None) -> ImageSource:
    """Open PATH or PATH:NAME; the longest existing path wins."""
    path, name = Path(text).expanduser(), None
    position = len(text)
    while not path.exists() and (position := text.rfind(":", 0, position)) > 0:
        if (shorter := Path(text[:position]).expanduser()).exists():
            path, name = shorter, text[position + 1 :]
    if not path.exists():
        raise SourceUnavailable(f"There is no file {safe_text(text)!r}.", hint="Check the path.")
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        if expected not in (None, "oci-dir"):
            raise UsageError(f"{safe_text(text)!r} is a directory, not an archive.", hint="Try oci-dir: instead.")
        return open_directory(path, text, name, options.platform, verify=options.verify)
    if expected == "oci-dir":
        raise UsageError(f"{safe_text(text)!r} is no directory.", hint="Try oci-archive: instead.")
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        raise SourceUnavailable(
            f"{safe_text(text)!r} is neither a file, a pipe nor a directory.", hint="Expected an archive or a layout."
        )
    return open_file(path, text, name, options.platform, expected=expected, verify=options.verify)


def _open_engine(reference: str, names: tuple[str, ...], options: OpenOptions, progress: Progress) -> ImageSource:
    """Ask engines in order; only when none has the image may the first that answers pull it."""
    from layerscope.sources.docker_engine import Engine, connect_docker, connect_podman

    if not reference.strip() or not reference.isprintable():
        raise ImageNotFound(f"No engine knows an image by the name {safe_text(reference)!r}.", hint="Expected registry/name:tag.")
    connectors: dict[str, Callable[[], Engine]] = {"docker": connect_docker, "podman": connect_podman}
    answers: list[str] = []
    running: list[Engine] = []
    for name in names:
        try:
            engine = connectors[name]()
            running.append(engine)
            if options.pull != "always":
                if engine.has(reference):
                    return engine.save(reference, options.platform, progress)
                answers.append(f"{engine.title} does not have it.")
        except SourceUnavailable as error:
            answers.append(str(error))
    for engine in running if options.pull != "never" else ():
        try:
            engine.pull(reference, options.platform, progress)
            return engine.save(reference, options.platform, progress)
        except ImageError as error:
            answers.append(str(error))
    for engine in running:
        engine.close()
    raise ImageNotFound(
        f"Nobody has the image {safe_text(reference)!r}: {' '.join(answers)}",
        hint="Check the name, or give the path of an archive.",
    )
