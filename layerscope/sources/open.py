"""A reference as people type it becomes a source, in a fixed order.

1. A prefix decides: `docker:`, `podman:`, `docker-archive:`, `oci-archive:`, `oci-dir:`, `registry:`; `-` is standard
   input.
2. An existing path is an archive or a layout, told by its content.
3. The Docker Engine is asked, then Podman's socket; then an engine may pull; then the registry is asked directly.
"""

import stat
import sys
from pathlib import Path

from layerscope.errors import SourceUnavailable, UsageError
from layerscope.progress import Progress
from layerscope.sources.open_path import open_directory, open_file, open_stream
from layerscope.sources.options import ENGINES, PULL_POLICIES, OpenOptions
from layerscope.sources.source import ImageSource
from layerscope.units import safe_text

_PATHS = ("docker-archive", "oci-archive", "oci-dir")


def open_source(reference: str, options: OpenOptions, progress: Progress) -> ImageSource:
    """Find who has the image; raises UsageError, ImageNotFound, SourceUnavailable and MalformedImage."""
    if options.pull not in PULL_POLICIES:
        raise UsageError(f"{options.pull!r} is no pull policy.", hint=f"Expected {', '.join(PULL_POLICIES)}.")
    if not reference or "\0" in reference:
        raise UsageError("The reference is empty or holds a NUL.", hint="Name an image, an archive or a layout.")
    if reference == "-":
        if sys.stdin is None:
            raise SourceUnavailable("Standard input is closed.", hint="Pipe an archive into it.")
        standard_input, allowance = sys.stdin.buffer, options.allowance()
        return open_stream(standard_input, reference, None, options.platform, kind="stdin", allowance=allowance)
    if (asked := asked_engines(reference)) is not None:
        # An archive needs no HTTP library, and this one takes as long to load as everything else.
        from layerscope.sources.open_engine import open_engine

        return open_engine(*asked, options, progress)
    prefix, colon, rest = reference.partition(":")
    if colon and prefix in _PATHS:
        return _open_path(rest, options, expected=prefix)
    if colon and prefix == "registry":
        from layerscope.sources.registry.image import open_registry

        return open_registry(rest, options, progress)
    return _open_path(reference, options, expected=None)


def asked_engines(reference: str) -> tuple[str, tuple[str, ...]] | None:
    """The name that engines are asked for, and which ones, in order; None for what they have nothing to do with."""
    prefix, colon, rest = reference.partition(":")
    if colon and prefix in ENGINES:
        return rest, (prefix,)
    if reference == "-" or (colon and prefix in (*_PATHS, "registry")):
        return None
    if reference.startswith(("/", "./", "../", "~")) or reference.endswith(".tar"):
        return None
    return None if _exists(reference) or (colon and _exists(prefix)) else (reference, ENGINES)


def _open_path(text: str, options: OpenOptions, *, expected: str | None) -> ImageSource:
    """Open PATH or PATH:NAME; the longest existing path wins."""
    path, name = text, None
    position = len(text)
    while not _exists(path) and (position := text.rfind(":", 0, position)) > 0:
        if _exists(text[:position]):
            path, name = text[:position], text[position + 1 :]
    if not _exists(path):
        raise SourceUnavailable(f"There is no file {safe_text(text)!r}.", hint="Check the path.")
    return _open_existing(_expanded(path), text, name, options, expected)


def _open_existing(path: Path, text: str, name: str | None, options: OpenOptions, expected: str | None) -> ImageSource:
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
    verify, allowance = options.verify, options.allowance()
    return open_file(path, text, name, options.platform, expected=expected, verify=verify, allowance=allowance)


def _expanded(text: str) -> Path:
    """The path with `~` replaced; as it is where nobody has that name."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _exists(text: str) -> bool:
    """Whether a path leads somewhere; one that no file system takes does not."""
    try:
        return bool(text) and _expanded(text).exists()
    except (OSError, ValueError):
        return False
