"""Paths and streams: which kind of image they hold, told by their content."""

from collections.abc import Callable
from pathlib import Path

from layerscope.blob.access import SequentialReader
from layerscope.blob.allowance import Allowance
from layerscope.blob.compression import Decompressing, sniff
from layerscope.blob.file import FileSlice, OpenFile, unavailable
from layerscope.blob.prefixed import Prefixed, read_fully
from layerscope.errors import DamagedTar, MalformedImage, UsageError
from layerscope.oci.platform import Platform
from layerscope.sources.docker_archive import DockerArchive
from layerscope.sources.layer_bytes import looks_like_tar
from layerscope.sources.members import ArchiveMembers
from layerscope.sources.oci_layout import LayoutInArchive, LayoutInDirectory, OciLayout
from layerscope.sources.passing_archive import PassingArchive
from layerscope.sources.saved_analysis import refuse_saved
from layerscope.sources.source import ImageSource
from layerscope.units import safe_text

_SNIFF_BYTES = 512


def open_directory(
    path: Path, reference: str, name: str | None, platform: Platform | None, *, verify: bool
) -> ImageSource:
    """Open an OCI image layout; raises MalformedImage for another directory."""
    if not (path / "index.json").is_file():
        raise MalformedImage(
            f"{safe_text(str(path))} is no OCI image layout: it has no index.json.",
            hint="Expected a layout, as `skopeo copy docker://… oci:DIRECTORY` writes it.",
        )
    files = LayoutInDirectory(path)
    try:
        return OciLayout(files, reference=reference, name=name, platform=platform, verify=verify)
    except BaseException:
        files.release()
        raise


def open_file(
    path: Path,
    reference: str,
    name: str | None,
    platform: Platform | None,
    *,
    expected: str | None,
    verify: bool,
    allowance: Allowance | None = None,
) -> ImageSource:
    """Open an archive: in place where it is an uncompressed file, as a passing one where it is compressed or a pipe."""
    if not path.is_file():
        try:
            stream = path.open("rb")
        except OSError as error:
            raise unavailable(path, error) from error
        kind = expected or "pipe"
        return open_stream(stream, reference, name, platform, kind=kind, close=stream.close, allowance=allowance)
    file = OpenFile(path)
    try:
        archive = FileSlice(file)
        prefix = archive.read_at(0, _SNIFF_BYTES)
        refuse_saved(path, prefix)
        if sniff(prefix) != "none":
            kind = expected or "compressed-archive"
            reader, close = archive.reader(), file.close_unchanged
            return open_stream(reader, reference, name, platform, kind=kind, close=close, allowance=allowance)
        if not looks_like_tar(prefix):
            raise _not_an_image(path, len(prefix))
        return _at_rest(file, _members(path, archive), reference, name, platform, expected=expected, verify=verify)
    except BaseException:
        file.close()
        raise


def open_stream(
    reader: SequentialReader,
    reference: str,
    name: str | None,
    platform: Platform | None,
    *,
    kind: str,
    close: Callable[[], None] = lambda: None,
    allowance: Allowance | None = None,
) -> PassingArchive:
    """Open an archive that passes by once, compressed or not; what it unpacks to is bounded by the allowance."""
    try:
        guarded = _Guarded(reader, reference)
        prefix = read_fully(guarded, _SNIFF_BYTES)
        whole = Prefixed(prefix, guarded)
        compression = sniff(prefix)
        unpacker = (
            Decompressing(whole, compression, allowance=allowance or Allowance()) if compression != "none" else None
        )
        if unpacker is None and not looks_like_tar(prefix):
            raise _not_an_image(Path(reference), len(prefix))
    except BaseException:
        close()
        raise
    return PassingArchive(
        unpacker or whole,
        kind=kind,
        reference=reference,
        name=name,
        platform=platform,
        close=close,
        packed_bytes=(lambda: unpacker.used_bytes) if unpacker else None,
    )


def _members(path: Path, archive: FileSlice) -> ArchiveMembers:
    try:
        return ArchiveMembers(archive)
    except DamagedTar as error:
        problem = f"{safe_text(str(path))} is damaged. {error.problem}"
        raise MalformedImage(problem, hint="Save or copy the archive again.") from error


class _Guarded:
    """A reader whose operating system's errors become ours."""

    def __init__(self, reader: SequentialReader, reference: str) -> None:
        self._reader = reader
        self._reference = reference

    def read(self, size_bytes: int, /) -> bytes:
        try:
            return self._reader.read(size_bytes)
        except OSError as error:
            raise unavailable(Path(self._reference), error) from error


def _at_rest(
    file: OpenFile,
    members: ArchiveMembers,
    reference: str,
    name: str | None,
    platform: Platform | None,
    *,
    expected: str | None,
    verify: bool,
) -> ImageSource:
    """A docker archive where there is a manifest.json, unless a platform is to be chosen from an index."""
    has_manifest, has_index = "manifest.json" in members, "index.json" in members
    wants_oci = expected == "oci-archive" or (expected is None and has_index and (platform or not has_manifest))
    if wants_oci and has_index:
        files = LayoutInArchive(file, members)
        return OciLayout(files, reference=reference, name=name, platform=platform, verify=verify)
    if has_manifest and expected != "oci-archive":
        return DockerArchive(file, members, reference=reference, name=name, platform=platform, verify=verify)
    if expected is not None and (has_manifest or has_index):
        raise UsageError(f"{safe_text(str(file.path))} is not of the kind {expected}.", hint="Leave the prefix out.")
    raise MalformedImage(
        f"{safe_text(str(file.path))} is a tar without manifest.json or index.json, so it is no image.",
        hint="Expected what `docker save` writes; `docker export` gives a file system, not an image.",
    )


def _not_an_image(path: Path, prefix_bytes: int) -> MalformedImage:
    what = "is empty" if not prefix_bytes else "is not an image: neither a tar nor compressed"
    return MalformedImage(f"{safe_text(str(path))} {what}.", hint="Expected what `docker save` writes.")
