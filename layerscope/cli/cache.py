"""`layerscope cache info` and `layerscope cache prune`."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from layerscope.cli.exit_code import ExitCode
from layerscope.units import human_bytes, safe_text

if TYPE_CHECKING:
    from layerscope.cache.folder import CacheFolder, KeptFile

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_TITLES = {
    "layer": "layers, by diff ID",
    "blob": "blobs, by digest",
    "part": "layers in archives, by the file they lie in",
    "contents": "comparisons of contents and transfer estimates",
    "save": "images of engines, without their texts",
}
_OTHERS = "of another version, or unfinished"
INFO_EPILOG = """\b
Examples:
  layerscope cache info

\b
Exit codes: 0 done, 3 the cache cannot be used."""
PRUNE_EPILOG = """\b
Examples:
  layerscope cache prune
  LAYERSCOPE_CACHE_SIZE=200MB layerscope cache prune
  layerscope cache prune --all

\b
Exit codes: 0 done, 2 usage, 3 the cache cannot be used."""


@click.group(context_settings=_SETTINGS)
def cache() -> None:
    """Show or prune what is kept of earlier runs."""


@cache.command(epilog=INFO_EPILOG, context_settings=_SETTINGS)
def info() -> int:
    """Say where the cache is, how large it is, and what is in it."""
    from layerscope.cache.location import cache_path
    from layerscope.cache.open import cache_limit_bytes

    path = cache_path()
    if not path.exists():
        click.echo(f"{safe_text(str(path))}: nothing is kept yet")
        return ExitCode.DONE
    with closing(_open()) as folder:
        files = folder.files()
    total_bytes = sum(file.size_bytes for file in files)
    click.echo(f"{safe_text(str(path))}: {human_bytes(total_bytes)} of at most {human_bytes(cache_limit_bytes())}")
    for title, of_kind in _by_title(files):
        size_bytes = sum(file.size_bytes for file in of_kind)
        click.echo(f"{human_bytes(size_bytes):>10}  {len(of_kind):>6}  {title}")
    return ExitCode.DONE


@cache.command(epilog=PRUNE_EPILOG, short_help="Remove what is old, or all with --all.", context_settings=_SETTINGS)
@click.option("--all", "is_all", is_flag=True, help="Remove everything.")
def prune(*, is_all: bool) -> int:
    """Remove what another version kept, and what was not used for longest, until the rest is within the limit.

    Every run that keeps something prunes as well. The limit is 1 GB, or what LAYERSCOPE_CACHE_SIZE says.
    """
    from layerscope.cache.location import cache_path
    from layerscope.cache.open import cache_limit_bytes

    removed: list[KeptFile] = []
    if cache_path().exists():
        with closing(_open()) as folder:
            removed = folder.prune(0 if is_all else cache_limit_bytes(), lambda file: not _is_of_version(file))
    size_bytes = sum(file.size_bytes for file in removed)
    click.echo(f"{len(removed)} files removed, {human_bytes(size_bytes)}")
    return ExitCode.DONE


def _is_of_version(file: "KeptFile") -> bool:
    from layerscope.cache.version import scanner_version

    return file.name.endswith(f".{scanner_version()}")


def _open() -> "CacheFolder":
    from layerscope.cache.folder import CacheFolder
    from layerscope.cache.location import cache_path

    return CacheFolder(cache_path())


def _by_title(files: "list[KeptFile]") -> "Iterator[tuple[str, list[KeptFile]]]":
    """The files of this version by what they hold, and all others."""
    of_version = [file for file in files if _is_of_version(file)]
    for kind, title in _TITLES.items():
        if of_kind := [file for file in of_version if file.name.startswith(f"{kind}-")]:
            yield title, of_kind
    if others := [file for file in files if file not in of_version]:
        yield _OTHERS, others
