"""A Progress that keeps what it is told."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Recording:
    """Titles of stages, notes, and of each blob its announced length, the bytes that were read and whether it ended."""

    stages: list[str] = field(default_factory=list)
    totals: dict[str, int | None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def stage(self, title: str) -> None:
        """Keep the title."""
        self.stages.append(title)

    def note(self, text: str) -> None:
        """Keep the line."""
        self.notes.append(text)

    def layer(self, name: str, total_bytes: int | None) -> None:
        """Keep the length."""
        self.totals[name] = total_bytes
        self.counts[name] = 0

    def advance(self, name: str, count_bytes: int) -> None:
        """Add the bytes; a blob must have begun, and none goes backwards."""
        assert count_bytes >= 0
        self.counts[name] += count_bytes

    def done(self, name: str) -> None:
        """Keep the name of what ended."""
        assert name in self.totals
        self.ended.append(name)
