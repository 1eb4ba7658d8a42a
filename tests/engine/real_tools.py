"""Folders that pip, dpkg and apt filled, offline: what they install, and what they leave behind."""

import hashlib
import random
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.engine.tools import call

CACHE = "root/.cache/pip"
SITE = "usr/local/lib/python3.11/site-packages"
_APT_CONFIG = """
Dir "{root}/";
Dir::State::status "{root}/var/lib/dpkg/status";
APT::Sandbox::User "root";
Acquire::Languages "none";
"""
_FOLDERS = (
    "etc/apt/apt.conf.d",
    "etc/apt/preferences.d",
    "var/cache/apt/archives/partial",
    "var/lib/apt/lists/partial",
    "var/lib/dpkg/info",
    "var/lib/dpkg/updates",
)


def noise(seed: int, size_bytes: int) -> bytes:
    """Return bytes that no compression makes smaller, the same in every run."""
    return random.Random(seed).randbytes(size_bytes)


def make_wheel(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write a wheel, version 1.0, without hashes in its RECORD (PEP 427)."""
    info = f"{name}-1.0.dist-info"
    wheel = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    contents = dict(files) | {f"{info}/WHEEL": wheel, f"{info}/METADATA": metadata}
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*contents, f"{info}/RECORD")).encode()
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface, as cacheable as package indexes serve files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=365000000, immutable, public")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def pip_install(root: Path, wheels: Path, *names: str, keep_cache: bool = True) -> None:
    """Install wheels below a root with pip, and let it keep its cache there or none."""
    cache = ("--cache-dir", root / CACHE) if keep_cache else ("--no-cache-dir",)
    with served(wheels) as url:
        source = ("--no-index", "--find-links", url, "--trusted-host", "127.0.0.1")
        call(sys.executable, "-m", "pip", "--isolated", "install", *source, *cache, "--target", root / SITE, *names)


def make_deb(folder: Path, name: str, files: Mapping[str, bytes], depends: str = "") -> None:
    """Build a Debian package, version 1.0, and leave its control file beside it."""
    tree = folder / name
    control = f"Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: a <a@b.c>\n"
    control += f"Depends: {depends}\n" if depends else ""
    control += "Description: test\n" + " It is long, so that lists of packages are worth a finding.\n" * 20
    for path, content in {**files, "DEBIAN/control": control.encode()}.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(content)
    call("dpkg-deb", "--root-owner-group", "--build", tree, folder / f"{name}_1.0_all.deb")
    (folder / f"{name}.control").write_text(control, encoding="ascii")


def make_repository(folder: Path) -> None:
    """Write the index of the packages in a folder (DebianRepository/Format)."""
    entries = []
    for deb in sorted(folder.glob("*.deb")):
        control, content = (folder / f"{deb.name.partition('_')[0]}.control").read_text("ascii"), deb.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        entries.append(f"{control}Filename: ./{deb.name}\nSize: {len(content)}\nSHA256: {digest}\n")
    (folder / "Packages").write_text("\n".join(entries), encoding="ascii")


def apt_install(root: Path, repository: Path, *names: str) -> None:
    """Fetch lists and packages with apt, and install with dpkg what it fetched."""
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "var/lib/dpkg/status").touch()
    (root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] copy:{repository} ./\n", encoding="ascii")
    _config(root).write_text(_APT_CONFIG.format(root=root), encoding="ascii")
    apt(root, "update")
    apt(root, "install", "--yes", "--download-only", *names)
    archives = sorted((root / "var/cache/apt/archives").glob("*.deb"))
    call("dpkg", f"--root={root}", "--force-not-root,bad-path", "--install", *archives)


def apt(root: Path, *arguments: str) -> None:
    """Run apt-get for the system below a root, with nothing of this machine's settings."""
    call("apt-get", *arguments, env={"APT_CONFIG": str(_config(root)), "LC_ALL": "C"})


def tar_of(root: Path) -> bytes:
    """Return a folder as a layer, with its hard links."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(root, arcname=".")
    return buffer.getvalue()


def _config(root: Path) -> Path:
    return root.with_name(f"{root.name}.apt.conf")
