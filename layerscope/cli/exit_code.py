"""Exit codes, for life."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a run's status says."""

    DONE = 0
    CHECK_FAILED = 1
    USAGE = 2
    NOT_READ = 3
    INTERRUPTED = 130
    UNREAD = 141
