"""A benchmark's runs as a table for people and a document for machines."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

import humanize

from benchmarks.measure import Run

_HEADINGS = (
    "",
    "seconds",
    "min to max",
    "ratio",
    "CPU seconds",
    "peak memory",
    "read",
    "written",
    "temporary files",
    "others' cores",
)


@dataclass(frozen=True, slots=True)
class Result:
    """Runs by name; `ratios` names pairs whose seconds are divided, round by round."""

    benchmark: str
    subject: str
    runs: dict[str, list[Run]]
    ratios: tuple[tuple[str, str], ...]
    notes: list[str] = field(default_factory=list)

    def ratio(self, over: str, under: str, unit: str = "seconds") -> float:
        """The median of the ratios of the rounds; of `cpu_seconds` where others kept the machine busy."""
        pairs = zip(self.runs[over], self.runs[under], strict=True)
        return median(float(getattr(first, unit)) / float(getattr(second, unit)) for first, second in pairs)

    def document(self) -> dict[str, object]:
        """Everything that was measured, and the medians."""
        return {
            "benchmark": self.benchmark,
            "subject": self.subject,
            "medians": {name: _medians(runs) for name, runs in self.runs.items()},
            "ratios": {f"{over} / {under}": self.ratio(over, under) for over, under in self.ratios},
            "cpu_ratios": {f"{over} / {under}": self.ratio(over, under, "cpu_seconds") for over, under in self.ratios},
            "notes": self.notes,
            "runs": {name: [asdict(run) for run in runs] for name, runs in self.runs.items()},
        }

    def table(self) -> str:
        """The medians of all runs, a line each; the ratio is against the first name's seconds."""
        rows = [_HEADINGS, *(self._row(name) for name in self.runs)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        lines = [f"{self.benchmark}: {self.subject}", ""]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines += ["", *(self._quotient(over, under) for over, under in self.ratios), *self.notes]
        return "\n".join(lines) + "\n"

    def _quotient(self, over: str, under: str) -> str:
        cpu = self.ratio(over, under, "cpu_seconds")
        return f"{over} / {under}: {self.ratio(over, under):.2f} of seconds, {cpu:.2f} of CPU seconds"

    def _row(self, name: str) -> Sequence[str]:
        runs, first = self.runs[name], next(iter(self.runs))
        medians = _medians(runs)
        seconds = [run.seconds for run in runs]
        files = {file for run in runs for file in run.temporary_files}
        over = "over " if any(run.timed_out for run in runs) else ""
        return (
            name,
            f"{over}{medians['seconds']:.2f}",
            f"{min(seconds):.2f} to {max(seconds):.2f}",
            f"{self.ratio(name, first):.2f}" if len(runs) == len(self.runs[first]) else "-",
            f"{medians['cpu_seconds']:.2f}",
            humanize.naturalsize(medians["peak_bytes"]),
            humanize.naturalsize(medians["read_bytes"]),
            humanize.naturalsize(medians["written_bytes"]),
            ", ".join(sorted(files)) or "none",
            f"{max(run.others_cores for run in runs):.2f} at most",
        )


def _medians(runs: list[Run]) -> dict[str, float]:
    names = ("seconds", "cpu_seconds", "peak_bytes", "read_bytes", "written_bytes", "others_cores")
    return {name: median(getattr(run, name) for run in runs) for name in names}
