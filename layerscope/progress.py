"""Where stages say how far they are; drawing it is somebody else's work."""

from typing import Protocol


class Progress(Protocol):
    """Receives what a long step does; every method may be called from several threads."""

    def stage(self, title: str) -> None:
        """A new step begins, with a title for people."""

    def note(self, text: str) -> None:
        """Something that people should know, in one line; it is no part of the result."""

    def layer(self, name: str, total_bytes: int | None) -> None:
        """One blob begins; its length in the unit that `advance` counts, where it is known."""

    def advance(self, name: str, count_bytes: int) -> None:
        """More bytes of that blob were read."""

    def done(self, name: str) -> None:
        """That blob is finished."""


class SilentProgress:
    """Says nothing."""

    def stage(self, title: str) -> None:
        """Ignore it."""

    def note(self, text: str) -> None:
        """Ignore it."""

    def layer(self, name: str, total_bytes: int | None) -> None:
        """Ignore it."""

    def advance(self, name: str, count_bytes: int) -> None:
        """Ignore it."""

    def done(self, name: str) -> None:
        """Ignore it."""
