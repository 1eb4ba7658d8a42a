"""Small root file systems with real ELF files, as layers for the simulation and as folders for the real linkers."""

import atexit
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

from layerscope.blob.access import SeekAccess
from layerscope.index.layer_stack import LayerStack, stack_layers
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan_layer import scan_layer
from layerscope.loading.config import LoaderConfig, read_config
from layerscope.loading.load_tree import LoadTree
from layerscope.loading.loader import Loader
from layerscope.probes import PROBES, ld_so_conf
from layerscope.probes.elf import ELF, ElfFacts
from tests.indexing import Memory

GLIBC = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"
_TOOLS = ("as", "ld", "ldconfig", "chroot")
_AARCH64 = (183).to_bytes(2, "little")

# Runs inside a root: asks its dynamic linker about files, and says which inodes it would map under which names.
_ASK = r"""
import json, os, re, subprocess, sys
root, linker, cwd, files, env = json.load(sys.stdin)
os.chroot(root)
os.chdir(cwd)
answers = {}
for file in files:
    # glibc's --list gives up at the first library that is missing, what ldd does goes on.
    command = [linker, "--list", file] if "musl" in linker else [linker, file]
    done = subprocess.run(command, env=env | {"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True)
    mapped, missing = [], []
    for line in done.stdout.splitlines() + done.stderr.splitlines():
        if match := re.match(r"\t(\S.*) => not found|Error loading shared library (\S+?): No", line):
            missing.append(match[1] or match[2])
        elif match := re.match(r"\t(?:(.*) => )?(\S.*) \(0x", line):
            if match[2] != "linux-vdso.so.1":
                mapped.append([match[1] or match[2], os.stat(match[2]).st_ino])
    answers[file] = {"mapped": mapped, "missing": missing, "is_broken": "error while" in done.stderr}
json.dump(answers, sys.stdout)
"""


def need_linker(linker: str = GLIBC) -> None:
    """Skip where the real linker cannot be asked."""
    lacking = [name for name in _TOOLS if shutil.which(name) is None]
    if lacking or os.geteuid() != 0 or platform.machine() != "x86_64" or not Path(linker).exists():
        pytest.skip(f"it takes root, binutils, ldconfig and {linker} on x86-64 to ask a real dynamic linker")
    if linker == GLIBC and "/lib/x86_64-linux-gnu (system search path)" not in _help():
        pytest.skip("the dynamic linker here is not Debian's")


@cache
def _help() -> str:
    return subprocess.run([GLIBC, "--help"], check=True, capture_output=True, text=True).stdout


def hwcaps() -> tuple[str, ...]:
    """The variants that the processor here can use, the best first."""
    lines = [line.split() for line in _help().splitlines()]
    return tuple(
        line[0] for line in lines if len(line) > 1 and line[0].startswith("x86-64-v") and "searched" in line[-1]
    )


@cache
def _work() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="loader-"))
    atexit.register(shutil.rmtree, folder)
    for name, option in (("64", "--64"), ("32", "--32")):
        subprocess.run(["as", option, "-o", str(folder / f"{name}.o"), "/dev/null"], check=True)
    return folder


@cache
def _stub(needed: str, emulation: str) -> str:
    path = _work() / f"stub{_stub.cache_info().currsize}.so"
    _link(path, emulation, "-shared", f"-soname={needed}")
    return str(path)


def _link(path: Path, emulation: str, *options: str) -> None:
    source = str(_work() / ("64.o" if emulation == "elf_x86_64" else "32.o"))
    subprocess.run(["ld", "-m", emulation, "-o", str(path), source, *options], check=True, capture_output=True)


@cache
def elf(
    soname: str | None = None,
    needed: tuple[str, ...] = (),
    *,
    rpath: str | None = None,
    runpath: str | None = None,
    interpreter: str | None = None,
    kind: str = "x86_64",
) -> bytes:
    """Return an ELF file without code; `kind` is x86_64, i386, or aarch64 (of which it has nothing but the header)."""
    emulation = "elf_i386" if kind == "i386" else "elf_x86_64"
    options = ["-pie", f"--dynamic-linker={interpreter}", "--entry=0"] if interpreter else ["-shared"]
    options += [f"-soname={soname}"] if soname else []
    if rpath is not None or runpath is not None:
        options += ["--enable-new-dtags" if rpath is None else "--disable-new-dtags", f"-rpath={rpath or runpath}"]
    path = _work() / "made"
    _link(path, emulation, "--no-as-needed", *options, *(_stub(name, emulation) for name in needed))
    content = path.read_bytes()
    return content[:18] + _AARCH64 + content[20:] if kind == "aarch64" else content


@dataclass
class Root:
    """A root file system: contents of files by path, targets of symbolic links, and of hard links."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    hardlinks: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "/"
    linker: str = GLIBC

    def write(self, folder: Path, *, with_ldconfig: bool = True) -> "Written":
        """Write it, with the linker itself, and let ldconfig make its cache and its links."""
        content = Path(self.linker).resolve().read_bytes()
        own = {self.linker[1:]: content, "lib/x86_64-linux-gnu/libroot.so": b"Debian has this folder.", "etc/x": b""}
        for path, target in self.links.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(target)
        for path, content in (own | self.files).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            (folder / path).chmod(0o755)
        for path, target in self.hardlinks.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).hardlink_to(folder / target)
        if with_ldconfig:
            ldconfig(folder)
        return Written(self, folder, _stack(folder))


def ldconfig(folder: Path, *options: str) -> str:
    """Run the real one on a root and return what it says."""
    command = ["ldconfig", "-r", str(folder), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@dataclass
class Written:
    """A root on disk, and the same one as a stack of one layer."""

    root: Root
    folder: Path
    stack: LayerStack

    @property
    def config(self) -> LoaderConfig:
        """What the image says, with this machine's processor."""
        env = [f"{name}={value}" for name, value in self.root.env.items()]
        read = read_config(self.stack, env)
        return LoaderConfig(read.ld_library_path, self.root.cwd, read.confs, read.musl_folders, hwcaps())

    @property
    def facts(self) -> dict[int, ElfFacts]:
        """The ELF files with their rows."""
        return {fact.row: fact.value for fact in self.stack.scans[0].facts if fact.probe == ELF}

    def loader(self) -> Loader:
        """The simulation."""
        return Loader(self.stack, self.facts, self.config)

    def row(self, path: str) -> int:
        """The row of a content."""
        [node] = self.stack.tree.find([path.encode()])
        [row] = (self.stack.nodes == node).nonzero()[0]
        return int(self.stack.data_rows[row])

    def inode(self, row: int) -> int:
        """The inode that a row became."""
        return (self.folder / os.fsdecode(self.stack.path(row))).lstat().st_ino

    def ask(self, files: Sequence[str]) -> dict[str, "Answer"]:
        """Ask the real linker what it maps for each file."""
        question = [str(self.folder), self.root.linker, self.root.cwd, [f"/{file}" for file in files], self.root.env]
        done = subprocess.run(
            [sys.executable, "-c", _ASK], input=json.dumps(question), check=True, capture_output=True, text=True
        )
        skipped = (self.folder / self.root.linker[1:]).stat().st_ino
        return {
            file[1:]: Answer(
                [(_shown(name), inode) for name, inode in answer["mapped"] if inode != skipped],
                [*map(_shown, answer["missing"])],
                answer["is_broken"],
            )
            for file, answer in json.loads(done.stdout).items()
        }

    def simulated(self, tree: LoadTree) -> "Answer":
        """What the simulation found, in the same form."""
        skipped = (self.folder / self.root.linker[1:]).stat().st_ino
        mapped = [(_shown(need.name), self.inode(need.row)) for need in tree.mapped if need.row is not None]
        missing = [_shown(need.name) for need in (*tree.host, *tree.missing)]
        return Answer([item for item in mapped if item[1] != skipped], missing)

    def check(self, files: Sequence[str]) -> int:
        """Compare the simulation with the real linker, file by file; returns how many libraries were found."""
        loader, found = self.loader(), 0
        for file, answer in self.ask(files).items():
            simulated = self.simulated(loader.load(self.row(file)))
            if answer.is_broken:
                assert simulated.missing, file
                continue
            assert simulated == answer, file
            found += len(answer.mapped)
        return found


@dataclass
class Answer:
    """Names and inodes of what is mapped, in order, and the names that were not found."""

    mapped: list[tuple[str, int]]
    missing: list[str]
    is_broken: bool = False


def _shown(name: str) -> str:
    """A path's last name: the real linker shows folders with their tokens replaced."""
    return name.rpartition("/")[2]


def _stack(folder: Path) -> LayerStack:
    tar = BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.add(folder, arcname=".")
    scan = scan_layer(SeekAccess(Memory(tar.getvalue())), ProbeSet((*ld_so_conf.PROBES, *PROBES)))
    assert scan.damage is None
    return stack_layers([scan])
