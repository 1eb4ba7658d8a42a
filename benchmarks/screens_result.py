"""What opening the screens and pressing keys took, as a table and as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import humanize

Pressed = Sequence[tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class ScreensResult:
    """Rounds of starting the screens, with their figures, and rounds of pressing keys, with the seconds of each."""

    subject: str
    started: Sequence[dict[str, float]]
    pressed: Sequence[Pressed]

    def document(self) -> dict[str, object]:
        """Everything that was measured."""
        return {
            "benchmark": "tui",
            "subject": self.subject,
            "started": list(self.started),
            "pressed": [[list(item) for item in round_] for round_ in self.pressed],
        }

    def table(self) -> str:
        """The medians of all rounds, a line for each key in the order of pressing."""
        first_paint_ms = 1000 * median(figures["first_paint_seconds"] for figures in self.started)
        prepared_ms = 1000 * median(figures["prepared_seconds"] for figures in self.started)
        memory_bytes = median(figures["memory_bytes"] for figures in self.started)
        lines = [
            f"tui: {self.subject}",
            "",
            f"{first_paint_ms:7.0f} ms  first picture, from having the analysis; the library's loading included",
            f"{prepared_ms:7.0f} ms  all screens are prepared",
            f"{humanize.naturalsize(memory_bytes):>10}  memory of all screens above the analysis",
            "",
            *(f"{1000 * seconds:7.0f} ms  {name}" for name, seconds in self._medians()),
        ]
        return "\n".join(lines) + "\n"

    def _medians(self) -> list[tuple[str, float]]:
        """Of each key that drew anything."""
        keys = [(same[0][0], [seconds for _, seconds in same if seconds]) for same in zip(*self.pressed, strict=True)]
        return [(name, median(seconds)) for name, seconds in keys if seconds]
