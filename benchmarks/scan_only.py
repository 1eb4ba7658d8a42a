"""Scans every layer of an archive and does nothing else, with some of the probes: what each group of them costs."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from layerscope.layers.probe import AnyProbe, ProbeSet
from layerscope.probes import PROBES, apk, apt_extended_states, conda, dpkg, python_dist, rpm
from layerscope.progress import SilentProgress
from layerscope.scanning.blobs import scan_blobs
from layerscope.sources.open import open_source
from layerscope.sources.options import OpenOptions

PACKAGES = (dpkg, apt_extended_states, apk, rpm, conda, python_dist)
GROUPS: dict[str, tuple[AnyProbe, ...]] = {
    "none": (),
    "packages": tuple(probe for module in PACKAGES for probe in module.PROBES),
    "all": PROBES,
}


def main(argv: list[str]) -> int:
    """Scan once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", metavar="ARCHIVE")
    parser.add_argument("--probes", choices=sorted(GROUPS), default="all")
    options = parser.parse_args(argv)
    progress = SilentProgress()
    source = open_source(options.archive, OpenOptions(), progress)
    scans = scan_blobs(source, ProbeSet(GROUPS[options.probes]), progress, lambda _scan, _access: None)
    sys.stdout.write(f"{len(scans)} layers\n")
    source.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
