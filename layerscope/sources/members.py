"""The members of an archive of an image, by name."""

import posixpath

from layerscope.blob.file import FileSlice
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.tar.inputs import SeekInput
from layerscope.tar.walk import Record, walk
from layerscope.units import safe_text

MEMBERS_LIMIT = 100_000
_LINK_LIMIT = 40


class MemberNames:
    """Which member stands behind a name, links among the members followed; a name never leaves the archive."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}
        self._files: set[str] = set()

    def add(self, record: Record) -> str | None:
        """Note one member; returns its name if it is a file."""
        name = member_name(record.name.decode("utf-8", "surrogateescape"))
        if len(self._files) + len(self._links) > MEMBERS_LIMIT:
            raise LimitExceeded(f"The archive has over {MEMBERS_LIMIT} members.", hint="It is no image.")
        if record.typeflag in (b"1", b"2"):
            target = record.linkname.decode("utf-8", "surrogateescape")
            base = posixpath.dirname(name) if record.typeflag == b"2" else ""
            self._links[name] = member_name(posixpath.join(base, target))
            self._files.discard(name)
        elif record.typeflag in (b"0", b"\0"):
            self._files.add(name)
            self._links.pop(name, None)
            return name
        return None

    def resolve(self, name: str) -> str | None:
        """The file that a name leads to, None where there is none."""
        name = member_name(name)
        for _ in range(_LINK_LIMIT):
            if name in self._files:
                return name
            if name in self._links:
                name = self._links[name]
                continue
            head, rest = self._linked_parent(name)
            if head is None:
                return None
            name = member_name(posixpath.join(self._links[head], rest))
        return None

    def _linked_parent(self, name: str) -> tuple[str | None, str]:
        parts = name.split("/")
        for count in range(1, min(len(parts), _LINK_LIMIT)):
            head = "/".join(parts[:count])
            if head in self._links:
                return head, "/".join(parts[count:])
        return None, ""


class ArchiveMembers:
    """An uncompressed archive on disk: where each of its members lies."""

    def __init__(self, archive: FileSlice) -> None:
        self._archive = archive
        self._names = MemberNames()
        self._slices: dict[str, tuple[int, int]] = {}
        for record in walk(SeekInput(archive)):
            if (name := self._names.add(record)) is not None:
                self._slices[name] = (record.data_offset, record.size)

    def __contains__(self, name: str) -> bool:
        return self._names.resolve(name) is not None

    def slice_of(self, name: str) -> FileSlice:
        """A member's bytes; raises MalformedImage where the archive has no such member."""
        resolved = self.resolve(name)
        offset_bytes, size_bytes = self._slices[resolved]
        return self._archive.part(offset_bytes, size_bytes)

    def resolve(self, name: str) -> str:
        """The member's own name; raises MalformedImage where the archive has no such member."""
        resolved = self._names.resolve(name)
        if resolved is None:
            raise missing_member(name)
        return resolved


def member_name(name: str) -> str:
    """A member's name without `./`, a leading slash or `..`."""
    return posixpath.normpath("/" + name).lstrip("/")


def missing_member(name: str) -> MalformedImage:
    """The error for a file that the archive's own documents name and that is not in it."""
    return MalformedImage(
        f"The archive has no {safe_text(name)!r}, which its manifest names.",
        hint="It may be truncated: save the image again.",
    )
