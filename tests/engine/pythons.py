"""This machine's own Python as a base image, and the packages of its environment as wheels: nothing is downloaded."""

import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import sys_tags

from tests.engine.tools import base_items, libraries
from tests.images import Item, directory, file, layer, symlink

_LEFT_OUT = {"__pycache__", "dist-packages", "idlelib", "site-packages", "test", "tests", "tkinter", "turtledemo"}

_TAGS = {str(tag) for tag in sys_tags()}


def python_tar() -> bytes:
    """Return a root file system with a shell and the Python that this environment was made with, as a tar."""
    base = {item.path: item for item in base_items()}
    found = {item.path: item for item in _python_items() if item.path not in base}
    parents = {str(parent) for path in found for parent in Path(path).parents if str(parent) != "."}
    folders = [directory(path) for path in sorted(parents - base.keys() - found.keys())]
    return layer(*base.values(), *folders, *found.values())


def _python_items() -> Iterator[Item]:
    """The interpreter below its own prefix, its library and what both load."""
    program = Path(sys.executable).resolve()
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    yield _copied(program)
    yield symlink(f"{sys.base_prefix[1:]}/bin/python3", program.name)
    stdlib = Path(sysconfig.get_path("stdlib"))
    # Where Debian keeps the pip that ensurepip installs.
    places = [stdlib, Path("/usr/share/python-wheels"), *stdlib.parent.glob(f"lib{version}*.so*")]
    paths = [path for place in places for path in _files(place)]
    yield from (_copied(path) for path in paths)
    # What the packages' compiled modules load of the system is in every slim image.
    modules = sorted(Path(sysconfig.get_path("platlib")).rglob("*.so"))
    for path, content in libraries([program, *(path for path in paths if ".so" in path.name), *modules]):
        if "site-packages" not in path:
            yield file(path, content, mode=0o755)


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for path in sorted(place.rglob("*")):
        parts = path.relative_to(place).parts
        if path.is_file() and not _LEFT_OUT & set(parts) and not parts[0].startswith("config-"):
            yield path


def _copied(path: Path) -> Item:
    return file(str(path)[1:], path.read_bytes(), mode=0o755 if path.stat().st_mode & 0o100 else 0o644)


def write_wheels(folder: Path, requirements: Iterable[str]) -> None:
    """Write a wheel of each installed package that requirements need, and of what those need in turn."""
    waiting, done = _applying(requirements, ""), set[tuple[str, str]]()
    while waiting:
        wanted = waiting.pop()
        for extra in wanted.extras or {""}:
            if (wanted.name, extra) not in done:
                done.add((wanted.name, extra))
                installed = distribution(wanted.name)
                write_wheel(folder, installed)
                waiting += _applying(installed.requires or [], extra)


def _applying(requirements: Iterable[str], extra: str) -> list[Requirement]:
    """The requirements that apply on this machine."""
    parsed = [Requirement(text) for text in requirements]
    return [item for item in parsed if item.marker is None or item.marker.evaluate({"extra": extra})]


def write_wheel(folder: Path, installed: Distribution) -> None:
    """Put the files of an installed package, less its own tests, into a wheel again (PEP 427)."""
    tags = re.findall(r"^Tag: (\S+)", installed.read_text("WHEEL") or "", re.MULTILINE)
    tag = next(tag for tag in tags if tag in _TAGS)
    name = re.sub(r"[-_.]+", "_", installed.metadata["Name"])
    with zipfile.ZipFile(folder / f"{name}-{installed.version}-{tag}.whl", "w", zipfile.ZIP_STORED) as wheel:
        for path in installed.files or []:
            # Scripts are made anew, byte code is of no use elsewhere, and half of what pip would compile are tests.
            if not {"..", "__pycache__", "tests"} & set(path.parts) and path.name not in {"INSTALLER", "REQUESTED"}:
                wheel.write(str(installed.locate_file(path)), str(path))
