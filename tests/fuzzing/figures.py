"""Figures of hostile input, by hand: `python -m tests.fuzzing.figures cuts`, `flips` or `tenfold`."""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.images import (
    Compression,
    Item,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    oci_archive,
    symlink,
    whiteout,
)
from tests.sources.sample import BASE, PYTHON, analyze, archive, layout, write
from tests.sources.test_truncated import ARCHIVES, outcome
from tests.tar.blocks import END, header, pax_of

CUTS = FLIPS = 1_000
SMALL, TIMES = 2_000, 10
HOW: tuple[Compression, ...] = ("gzip", "zstd")
PACKED = {how: oci_archive(layout([PYTHON, BASE], compression=how, history=[])) for how in HOW}
IMAGES = ARCHIVES | {"OCI, zstd": PACKED["zstd"], "docker, with a history": archive("modern", [PYTHON, BASE])}


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def cuts(folder: Path) -> None:
    """Archives cut at even places: a wrong answer that calls itself complete is counted."""
    wrong = count = 0
    for name, whole in IMAGES.items():
        expected = outcome(write(folder, whole))
        for number in range(CUTS):
            found = outcome(write(folder, whole[: len(whole) * number // CUTS], "cut"))
            wrong += found not in (None, expected)
            count += 1
        say(f"{name}: {count} cuts by now, {wrong} wrong answers")


def flips(folder: Path) -> None:
    """Single bits of layers' blobs: those that no error and no mark of an incomplete result tells are counted."""
    rng = random.Random(7)
    verified = archive("old", [PYTHON, BASE], history=[])
    packed = [
        (how, whole, list(layout([PYTHON, BASE], compression=how, history=[]).values()))
        for how, whole in PACKED.items()
    ]
    for name, whole, pieces in [*packed, ("none, --verify", verified, [PYTHON, BASE])]:
        ranges = [(at, len(piece)) for piece in pieces if piece[:1] != b"{" and (at := whole.find(piece)) > 0]
        silent = 0
        for _ in range(FLIPS):
            start, size = rng.choice(ranges)
            changed = bytearray(whole)
            changed[start + rng.randrange(size)] ^= 1 << rng.randrange(8)
            try:
                silent += analyze(write(folder, bytes(changed), "flipped"), verify=True).is_complete
            except Exception as error:  # noqa: BLE001 - what is raised is counted by its kind
                silent += type(error).__name__ not in ("DigestMismatch", "MalformedImage", "DamagedTar")
        say(f"{name}: {FLIPS} flipped bits in {len(ranges)} layers, {silent} not reported")


def tenfold(folder: Path) -> None:
    """How much longer ten times as much takes, in CPU time."""
    for name, make in TENFOLD.items():
        seconds = []
        for count in (SMALL, SMALL * TIMES):
            path = write(folder, make(count))
            start = time.process_time()
            analyze(path)
            seconds.append(time.process_time() - start)
        say(f"{name}: {SMALL} in {seconds[0]:.3f} s, ten times that in {seconds[1] / seconds[0]:.1f} times as long")


def _image(*layers: bytes, history: int = 0) -> bytes:
    steps = [{"created_by": f"RUN step {number}", "empty_layer": number >= len(layers)} for number in range(history)]
    return docker_archive(layers, flavour="old", history=steps or None)


def _items(make: Callable[[int], Item]) -> Callable[[int], bytes]:
    return lambda count: _image(layer(file("a", b"a"), directory("d"), *(make(number) for number in range(count))))


TENFOLD: dict[str, Callable[[int], bytes]] = {
    "files": _items(lambda number: file(f"d/{number}", b"%d" % number)),
    "equal files": _items(lambda number: file(f"d/{number}", b"equal")),
    "hard links": _items(lambda number: hardlink(f"d/{number}", "a")),
    "symlinks": _items(lambda number: symlink(f"d/{number}", "../a")),
    "links of links": _items(lambda number: symlink(f"l{number}", f"l{number - 1}")),
    "extended headers": lambda count: _image(
        b"".join(pax_of(path=b"p%d" % n) + header(b"x") for n in range(count)) + END
    ),
    "whiteouts": lambda count: _image(
        layer(*(file(f"d/{number}") for number in range(count))),
        layer(*(whiteout(f"d/{number}") for number in range(count))),
    ),
    "history": lambda count: _image(layer(file("a", b"a")), history=min(count // 2, 10_000)),
}


def main(arguments: list[str]) -> int:
    """Run the named ones."""
    known = {"cuts": cuts, "flips": flips, "tenfold": tenfold}
    if not arguments or set(arguments) - set(known):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments:
            known[name](Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
