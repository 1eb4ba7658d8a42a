"""Set up, try and test layerscope from a checkout: `python3 dev.py --help`. Needs only Python itself."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
LOCK = ROOT / ".ci" / "requirements.txt"
IS_LOCKED = os.environ.get("LAYERSCOPE_LOCKED") == "1"
SAMPLE = "sample_images/naive-devel.docker.tar"
OLDEST_PYTHON = (3, 11)

HELP = """\
usage: python3 dev.py COMMAND [ARGS...]

  try [ARGS...]          layerscope analyze ARGS; without ARGS on a bundled sample image
  test [PYTEST_ARGS...]  format, lint, types and import contracts, then all tests with coverage, on all processors;
                         with PYTEST_ARGS only the tests that they choose, without coverage and on one
  lint                   the same checks without the tests
  setup                  only make .venv ready for development

All of them make .venv when it is missing, and install into it again when pyproject.toml has changed. With
LAYERSCOPE_LOCKED=1, as in CI, exactly the versions of .ci/requirements.txt are installed, by their hashes.
"""

CHECKS = {
    "ruff format": ["ruff", "format", "--check"],
    "ruff check": ["ruff", "check"],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports", "--no-logo"],
}


# Each process collects all tests, in a minute and 400 MB; the engine's tests are one process's work anyway.
ALL_TESTS = ["--cov", "--numprocesses=auto", "--maxprocesses=6"]


class DevError(Exception):
    """Something that the reader of the message can put right."""


def main(argv: list[str]) -> int:
    """Run one command and return its exit status."""
    command, args = (argv[0], argv[1:]) if argv else ("--help", [])
    try:
        if command == "try":
            return try_it(args)
        if command == "test":
            return test(args)
        if command == "lint" and not args:
            return lint()
        if command == "setup" and not args:
            set_up("dev")
            return 0
    except DevError as error:
        say(str(error))
        return 1
    asked = command in {"-h", "--help", "help"}
    print(HELP, end="", file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def try_it(args: list[str]) -> int:
    """Analyze a bundled sample image, or what `args` say."""
    set_up("run")
    if not args:
        sample = ROOT / SAMPLE
        if not sample.exists():
            say("making the sample images")
            run([str(PYTHON), str(ROOT / "sample_images" / "make_samples.py")])
        args = [os.path.relpath(sample)]
    return subprocess.run([BIN / "layerscope", "analyze", *args], check=False).returncode


def test(pytest_args: list[str]) -> int:
    """Run every check, then the tests; pytest comes last, so that its closing line ends stdout."""
    set_up("dev")
    failed = run_checks()
    if not passes(["pytest", *(pytest_args or ALL_TESTS)]):
        failed.append("pytest")
    return conclude(failed)


def lint() -> int:
    """Run every check but the tests."""
    set_up("dev")
    return conclude(run_checks())


def run_checks() -> list[str]:
    """Run each check, print one line of verdict on each, and return the names of those that failed."""
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}: {' '.join(command)}", flush=True)
        if not passes(command):
            failed.append(name)
    for name in CHECKS:
        print(f"== {name}: {'FAILED' if name in failed else 'ok'}", flush=True)
    return failed


def conclude(failed: list[str]) -> int:
    """Name what failed, on stderr, and return the exit status."""
    if failed:
        say(f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


def passes(command: list[str]) -> bool:
    """Run a tool of .venv in the checkout and tell whether it succeeded."""
    tool, *args = command
    return subprocess.run([BIN / tool, *args], cwd=ROOT, check=False).returncode == 0


def set_up(purpose: str) -> None:
    """Make .venv hold layerscope, for purpose "run" or "dev", unless it does so already."""
    stamps = {name: VENV / f"installed-for-{name}" for name in ("run", "dev")}
    wanted = fingerprint()
    if stamps[purpose].is_file() and stamps[purpose].read_text() == wanted and PYTHON.exists():
        return
    say(f"setting up {VENV} (a minute the first time)")
    make_venv()
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if IS_LOCKED:
        run([*install, "--require-hashes", "--requirement", str(LOCK)])
        run([*install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    else:
        run([*install, "--editable", f"{ROOT}[dev]" if purpose == "dev" else str(ROOT)])
    for name, stamp in stamps.items():
        if purpose in {"dev", name}:
            stamp.write_text(wanted)


def fingerprint() -> str:
    """Return what an installation depends on: where the checkout is, what pyproject.toml says, and the lock if used."""
    locked = LOCK.read_bytes() if IS_LOCKED else b""
    return hashlib.sha256(bytes(ROOT) + (ROOT / "pyproject.toml").read_bytes() + locked).hexdigest()


def make_venv() -> None:
    """Create .venv, unless a working one is there."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    ):
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise DevError("this Python cannot make virtual environments; on Debian: apt-get install python3-venv")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def run(command: list[str]) -> None:
    """Run a command quietly; only when it fails, show what it said."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise DevError(f"{done.stdout}\nfailed with exit status {done.returncode}: {' '.join(command)}")


def say(text: str) -> None:
    """Tell the person at the terminal; stdout is for what the commands give."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("dev.py: layerscope needs Python 3.11 or newer; this is " + sys.version.split()[0])
    sys.exit(main(sys.argv[1:]))
