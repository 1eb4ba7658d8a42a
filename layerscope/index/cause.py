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
