"""The cache as the environment describes it, for as long as one command runs."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from layerscope.cache.folder import CacheFolder
from layerscope.cache.location import cache_path
from layerscope.cache.scan_cache import ScanCache
from layerscope.errors import SourceUnavailable, UsageError
from layerscope.settings.amounts import parse_size

_LIMIT_BYTES = 1_000_000_000


@contextmanager
def open_cache(say: Callable[[str], None]) -> Iterator[ScanCache | None]:
    """The cache, None where it cannot be used: that is told to `say` in one line, and no error.

    Raises UsageError for a size that is none.
    """
    cache = _open(cache_limit_bytes(), say)
    if cache is None:
        yield None
        return
    try:
        yield cache
    finally:
        cache.close()
        if cache.problem is not None:
            say(_without(cache.problem))


@contextmanager
def open_temporary_cache() -> Iterator[ScanCache | None]:
    """A cache for one run; None where there can be none, which costs time only."""
    from tempfile import TemporaryDirectory

    with ExitStack() as stack:
        try:
            path = stack.enter_context(TemporaryDirectory(prefix="layerscope-", ignore_cleanup_errors=True))
            cache = ScanCache(CacheFolder(Path(path)), _LIMIT_BYTES)
        except (OSError, SourceUnavailable):
            yield None
            return
        stack.callback(cache.close)
        yield cache


def cache_limit_bytes() -> int:
    """How large the cache may grow: LAYERSCOPE_CACHE_SIZE, 1 GB without it; raises UsageError."""
    try:
        return parse_size(os.environ.get("LAYERSCOPE_CACHE_SIZE") or _LIMIT_BYTES)
    except ValueError as error:
        raise UsageError(f"LAYERSCOPE_CACHE_SIZE: {error}.") from error


def _open(limit_bytes: int, say: Callable[[str], None]) -> ScanCache | None:
    try:
        return ScanCache(CacheFolder(cache_path()), limit_bytes)
    except SourceUnavailable as error:
        say(_without(str(error)))
        return None


def _without(problem: str) -> str:
    return f"Going on without the cache: {problem}"
