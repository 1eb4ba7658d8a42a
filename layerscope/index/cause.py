"""Why bytes are shipped and invisible."""

from enum import IntEnum


class Cause(IntEnum):
    """The one cause of each superseded byte; LIVE for bytes that are not."""

    LIVE = 0
    OVERWRITTEN = 1
    METADATA_ONLY = 2
    REWRITTEN_IDENTICAL = 3
    DELETED = 4
    DELETED_WITH_DIRECTORY = 5
    OPAQUE = 6
    REPLACED_BY_OTHER_TYPE = 7
    REPEATED_IN_LAYER = 8

    @property
    def id(self) -> str:
        """The name in reports, as `metadata-only`."""
        return self.name.lower().replace("_", "-")

    @property
    def reason(self) -> str:
        """The cause in words, as `deleted with its directory`."""
        return _REASONS[self]


_REASONS = {
    Cause.LIVE: "not hidden",
    Cause.OVERWRITTEN: "overwritten with other content",
    Cause.METADATA_ONLY: "same content again: only mode, owner or time changed",
    Cause.REWRITTEN_IDENTICAL: "the very same file again",
    Cause.DELETED: "deleted",
    Cause.DELETED_WITH_DIRECTORY: "deleted with its directory",
    Cause.OPAQUE: "hidden by a directory that was made anew",
    Cause.REPLACED_BY_OTHER_TYPE: "replaced by something of another type",
    Cause.REPEATED_IN_LAYER: "written twice in one layer",
}
