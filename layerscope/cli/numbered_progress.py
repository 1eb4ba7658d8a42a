"""The progress of one image of several: each of its steps says which image it is about."""

from layerscope.progress import Progress


class NumberedProgress:
    """Passes everything on, with a few words before each title."""

    def __init__(self, progress: Progress, before: str) -> None:
        self._progress = progress
        self._before = before

    def stage(self, title: str) -> None:
        """Begin a step."""
        self._progress.stage(self._before + title)

    def note(self, text: str) -> None:
        """Say it."""
        self._progress.note(self._before + text)

    def layer(self, name: str, total_bytes: int | None) -> None:
        """Pass it on."""
        self._progress.layer(name, total_bytes)

    def advance(self, name: str, count_bytes: int) -> None:
        """Pass it on."""
        self._progress.advance(name, count_bytes)

    def done(self, name: str) -> None:
        """Pass it on."""
        self._progress.done(name)
