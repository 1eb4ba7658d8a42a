"""The same targets driven by coverage: `pip install atheris`, then `python -m tests.fuzzing.guided TARGET`.

What stands behind TARGET goes to libFuzzer, as in `-max_total_time=600`. It begins with the corpus and with inputs of
the other fuzzer, and what fails is written into the corpus. atheris is no dependency: its wheels are large and for few
versions of Python.
"""

import random
import sys
import tempfile
from pathlib import Path

SEEDS = 300
OPTIONS = ("-max_len=65536", "-timeout=5", "-rss_limit_mb=2048")


def main(arguments: list[str]) -> None:
    """Run until libFuzzer ends."""
    try:
        import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris")
    # Only what is imported here tells which of its lines an input reached.
    with atheris.instrument_imports(include=["layerscope"]):
        from tests.fuzzing.run import CORPUS
        from tests.fuzzing.targets import TARGETS
    name = arguments[0] if arguments else ""
    if name not in TARGETS:
        sys.exit(f"Give one of these targets: {', '.join(TARGETS)}")
    _, make, run = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(SEEDS):
            Path(folder, str(number)).write_bytes(make(random.Random(number)))
        for path in CORPUS.glob(f"{name}-*.bin"):
            Path(folder, path.name).write_bytes(path.read_bytes())
        found = f"-exact_artifact_path={CORPUS / name}-guided.bin"
        atheris.Setup([sys.argv[0], folder, found, *OPTIONS, *arguments[1:]], run)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
