"""How time grows with entries, with layers and with whiteouts: three sizes each, and the exponent that fits them."""

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path
from statistics import linear_regression, median

import humanize

from benchmarks import commands
from benchmarks.generate import Entry, files_and_whiteouts, many_layers, write_archive
from benchmarks.measure import Run, interleave, say, warm

_FACTORS = (1, 2, 4)
_ENTRIES, _ENTRY_LAYERS = 250_000, 10
_LAYERS, _LAYER_ENTRIES = 30, 4_000
_WHITEOUTS = 50_000
_START = "one file"

Layers = Iterable[Iterable[Entry]]


def _entries(count: int) -> Layers:
    return many_layers(_ENTRY_LAYERS, count, 0)


def _layers(count: int) -> Layers:
    return many_layers(count, count * _LAYER_ENTRIES, 0)


def _whiteouts(count: int) -> Layers:
    return files_and_whiteouts(2 * count, count, 0)


# What grows, from which size on, and how an image of a size is made.
_SERIES: tuple[tuple[str, int, Callable[[int], Layers]], ...] = (
    (f"entries, in {_ENTRY_LAYERS} layers", _ENTRIES, _entries),
    (f"layers of {_LAYER_ENTRIES:,} entries", _LAYERS, _layers),
    ("whiteouts, over twice as many files", _WHITEOUTS, _whiteouts),
)


@dataclass(frozen=True, slots=True)
class Series:
    """Runs on images of growing size; `start` are those on an image of one file, in the same rounds."""

    title: str
    runs: dict[int, list[Run]]
    start: list[Run]

    def exponent(self, unit: str) -> float:
        """The power of the size that `seconds` or `cpu_seconds` above those of an empty image grow with."""
        least = _median(self.start, unit)
        points = [(log(size), log(_median(runs, unit) - least)) for size, runs in self.runs.items()]
        return linear_regression(*zip(*points, strict=True)).slope


@dataclass(frozen=True, slots=True)
class GrowthResult:
    """All series."""

    series: tuple[Series, ...]

    def document(self) -> dict[str, object]:
        """Everything that was measured."""
        return {
            "benchmark": "growth",
            "series": [
                {
                    "title": series.title,
                    "exponent": series.exponent("seconds"),
                    "cpu_exponent": series.exponent("cpu_seconds"),
                    "runs": {size: [asdict(run) for run in runs] for size, runs in series.runs.items()},
                    "start": [asdict(run) for run in series.start],
                }
                for series in self.series
            ],
        }

    def table(self) -> str:
        """Medians of each size, and the exponents."""
        return "growth, times above those of an image of one file\n\n" + "".join(
            line + "\n" for series in self.series for line in _lines(series)
        )


def growth(options: Namespace) -> GrowthResult:
    """How time grows with entries, layers and whiteouts; writes 1 GB to TMPDIR at a time."""
    return GrowthResult(tuple(_measure(*series, options.rounds) for series in _SERIES))


def _measure(title: str, size: int, make: Callable[[int], Layers], rounds: int) -> Series:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        paths = {_START: Path(folder, "start.tar")} | {
            str(size * factor): Path(folder, f"{factor}.tar") for factor in _FACTORS
        }
        for name, path in paths.items():
            say(f"writing {name}: {title}")
            write_archive(path, [[Entry("file")]] if name == _START else make(int(name)))
            warm(path)
        runs = interleave({name: commands.layerscope(path) for name, path in paths.items()}, rounds)
    start = runs.pop(_START)
    return Series(title, {int(name): of_size for name, of_size in runs.items()}, start)


def _lines(series: Series) -> Iterator[str]:
    seconds, cpu_seconds = series.exponent("seconds"), series.exponent("cpu_seconds")
    yield f"{series.title}: to the power {seconds:.2f} of seconds, {cpu_seconds:.2f} of CPU seconds"
    yield f"{_START:>12}  {_median(series.start, 'seconds'):7.2f} s"
    for size, runs in series.runs.items():
        peak = humanize.naturalsize(_median(runs, "peak_bytes"))
        seconds, cpu_seconds = _median(runs, "seconds"), _median(runs, "cpu_seconds")
        yield f"{size:>12,}  {seconds:7.2f} s  {cpu_seconds:7.2f} s of CPU  {peak:>9}"


def _median(runs: list[Run], unit: str) -> float:
    return median(float(getattr(run, unit)) for run in runs)
