"""The tools that the tests of this folder run, and the images that they make with them."""

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest

from tests.engine.leftovers import MARK, own_run, remove_all, remove_names
from tests.images import Item, directory, file, layer, symlink

Builder = Literal["classic", "buildkit"]
BUILDERS: tuple[Builder, ...] = ("classic", "buildkit")

# The distribution's own tools come first: another docker on PATH may lack the builders.
PATH = f"/usr/bin:{os.environ.get('PATH', '')}"
# Much more than any tool takes, on machines that do much else, too.
TIMEOUT_S = 300
# What RUN needs, taken from this machine together with the libraries that ldd names.
COMMANDS = ("sh", "cat", "chmod", "chown", "cp", "head", "ln", "mkdir", "mkfifo", "mv", "rm", "rmdir", "touch")
# A capability as the kernel keeps it, revision 2: CAP_NET_BIND_SERVICE, effective.
CAPABILITY = ("security.capability", "\x01\0\0\x02\0\x04" + "\0" * 14)


def require(tool: str) -> str:
    """Return where a tool is; where it is missing, skip the test."""
    path = shutil.which(tool, path=PATH)
    if path is None:
        pytest.skip(f"{tool} is not installed")
    return path


def call(
    tool: str,
    *arguments: str | Path,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """Run a tool and return its stdout; a failure fails the test with what the tool said."""
    done = subprocess.run(
        [require(tool), *arguments],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
        env=os.environ | {"PATH": PATH} | dict(env or {}),
        timeout=TIMEOUT_S,
    )
    if done.returncode != 0:
        pytest.fail(f"{tool} {' '.join(map(str, arguments))}: {done.stderr.decode(errors='replace')}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class EngineImages:
    """Images of the Docker Engine, under names and with a label of this run; `remove` takes them all away."""

    run_id: str = field(default_factory=own_run)
    names: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Return what marks imported images, and so all that are built on them."""
        return f"{MARK}={self.run_id}"

    def name(self, what: str) -> str:
        """Return a name that nobody else uses, to be removed in the end."""
        name = f"{MARK}-{self.run_id}/{what}:{len(self.names)}"
        self.names.append(name)
        return name

    def from_tar(self, tar: bytes, name: str) -> str:
        """Make an image of one layer and return its name."""
        if name not in self.names:
            self.names.append(name)
        call("docker", "import", f"--change=LABEL {self.label}", "-", name, stdin=tar)
        return name

    def build(
        self,
        base: str,
        steps: str,
        folder: Path,
        *,
        builder: Builder = "classic",
        files: Mapping[str, bytes] | None = None,
    ) -> str:
        """Build `FROM base` and the steps, with the files as context; nothing comes from a network or a cache."""
        for path, content in (files or {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        # Beside the context, so that `COPY .` does not take it along.
        dockerfile = folder.with_name(f"{folder.name}.Dockerfile")
        dockerfile.write_text(f"FROM {base}\n{steps}", encoding="utf-8")
        name = self.name(builder)
        options = ("--quiet", "--no-cache", "--network=none", f"--tag={name}", f"--file={dockerfile}")
        call("docker", "build", *options, folder, env={"DOCKER_BUILDKIT": "1" if builder == "buildkit" else "0"})
        return name

    def remove(self) -> None:
        """Remove every name that is still there, then what has no name: stages, and images whose name went over."""
        remove_names(self.names[::-1])
        self.names.clear()
        assert remove_all(lambda run, _: run == self.run_id) == []


def export(image: str) -> bytes:
    """Return the root file system that a container of the image shows, as a tar."""
    container = call("docker", "create", image, "none").decode().strip()
    try:
        return call("docker", "export", container)
    finally:
        call("docker", "rm", "--volumes", container)


def base_items() -> tuple[Item, ...]:
    """Return a minimal root file system of this machine's own files, with /usr merged as distributions have it."""
    folders = ["dev", "etc", "proc", "sys", "tmp", "usr", "usr/bin", "usr/lib", "usr/lib64"]
    links = ("bin", "lib", "lib64")
    contents = dict(libraries([Path(require(command)) for command in COMMANDS]))
    contents |= {f"usr/bin/{command}": Path(require(command)).read_bytes() for command in COMMANDS}
    folders += sorted({path.rpartition("/")[0] for path in contents} - set(folders))
    return (
        *(directory(path) for path in folders),
        *(symlink(path, f"usr/{path}") for path in links),
        *(file(path, content, mode=0o755) for path, content in sorted(contents.items())),
        file("usr/bin/capable", b"may bind low ports", mode=0o755, xattrs=(CAPABILITY,)),
    )


def base_tar() -> bytes:
    """Return `base_items` as a tar."""
    return layer(*base_items())


def read_tar(content: bytes) -> Iterable[tuple[bytes, tarfile.TarInfo]]:
    """List a tar with Python's own reader: names as bytes without leading `./` and trailing slash."""
    with tarfile.open(fileobj=BytesIO(content), encoding="utf-8", errors="surrogateescape") as tar:
        for info in tar:
            yield raw(info.name).removeprefix(b"./").rstrip(b"/"), info


def raw(text: str) -> bytes:
    """Return a name that `read_tar` gave as the bytes in the tar."""
    return text.encode("utf-8", "surrogateescape")


def libraries(programs: Iterable[Path]) -> Iterable[tuple[str, bytes]]:
    """Give the path in a merged /usr and the content of each library that one of the programs loads."""
    for name in sorted(set(re.findall(r"(/\S+) \(0x", call("ldd", *programs).decode()))):
        path = name if name.startswith("/usr/") else f"/usr{name}"
        yield path.removeprefix("/"), Path(name).read_bytes()
