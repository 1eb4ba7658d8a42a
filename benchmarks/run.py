#!/usr/bin/env python3
"""Measure layerscope against a peer or a bare limit: interleaved runs, medians, ratios.

examples:
  python benchmarks/run.py archive image.tar                  against dive, on a docker archive
  sudo python benchmarks/run.py engine my-image:tag           in the engine's own folder, through its API, and dive
  python benchmarks/run.py engine my-image:tag --way api      only through the API, against a bare save
  python benchmarks/run.py inflate image.oci.tar --json r.json  against bare decompressing, on gzip or zstd layers
  python benchmarks/run.py inflate image.oci.tar --with-syft  the same, and syft a single time
  python benchmarks/run.py probes image.oci.tar               what probes add to a scan
  python benchmarks/run.py many --with-dive                   100,000 files and 500 whiteouts, and twice that
  python benchmarks/run.py growth                             how time grows with entries, layers and whiteouts
  python benchmarks/run.py tui                                the screens, on 200,000 files in 100 layers
  python benchmarks/run.py tui image.tar --rounds 3           the same on an archive
  python benchmarks/run.py entries --rounds 1                 2,000,000 entries in 40 layers; writes 1 GB to TMPDIR
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import load_average, machine_facts, wait_until_quiet
from benchmarks.measure import compile_package
from benchmarks.suite import add_benchmarks


def main(argv: list[str]) -> int:
    """Run one benchmark and print its table."""
    about, _, examples = (__doc__ or "").partition("examples:")
    parser = argparse.ArgumentParser(
        description=about, epilog=f"examples:{examples}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_benchmarks(parser)
    options = parser.parse_args(argv)
    facts = machine_facts()
    compile_package()
    load_before = wait_until_quiet(options.max_load, options.patience)
    result = options.run(options)
    sys.stdout.write(result.table())
    sys.stdout.write(f"load average before: {load_before:.2f}\n")
    if options.json:
        loads = {"load_before": load_before, "load_after": load_average()}
        document = result.document() | {"machine": facts | loads}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
