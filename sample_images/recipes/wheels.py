"""Python distributions: wheels, what installing them leaves in `site-packages`, and pip's cache."""

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha224, sha256

from sample_images.recipes.elf import Elf, elf_bytes
from sample_images.recipes.file_formats import pip_http_metadata, pyc, zip_stored
from sample_images.recipes.filler import random_bytes, scaled
from sample_images.recipes.layer import Layer
from sample_images.recipes.shipped import cuda_library, shipped, table

PIP_CACHE = "root/.cache/pip"
BYTECODE_TAG = "cpython-310"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A wheel: its files relative to `site-packages`, without the `.dist-info` folder."""

    name: str
    version: str
    tag: str
    summary: str
    wheel_size: int
    files: tuple[tuple[str, bytes], ...]
    requires: tuple[str, ...] = ()
    cached: bool = False

    @property
    def stem(self) -> str:
        """How file names spell name and version."""
        return f"{self.name.replace('-', '_')}-{self.version}"

    @property
    def wheel_name(self) -> str:
        """The file name of the wheel."""
        return f"{self.stem}-{self.tag}.whl"

    def metadata(self) -> bytes:
        """`METADATA`."""
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}", f"Summary: {self.summary}"]
        lines += ["Requires-Python: >=3.9", *(f"Requires-Dist: {other}" for other in self.requires)]
        return ("\n".join(lines) + "\n").encode()

    def wheel_file(self) -> bytes:
        """`WHEEL`."""
        pure = "true" if self.tag.endswith("-any") else "false"
        return f"Wheel-Version: 1.0\nGenerator: bdist_wheel\nRoot-Is-Purelib: {pure}\nTag: {self.tag}\n".encode()

    def wheel(self) -> bytes:
        """The wheel itself: real metadata, and filler where the packed files would be."""
        info = f"{self.stem}.dist-info"
        members = {f"{info}/METADATA": self.metadata(), f"{info}/WHEEL": self.wheel_file(), f"{self.stem}.data": b""}
        room = max(16, self.wheel_size - len(zip_stored(members)))
        return zip_stored(members | {f"{self.stem}.data": random_bytes(self.wheel_name, room)})


@cache
def distributions(table_name: str) -> tuple[Distribution, ...]:
    """The wheels of a table, and those of `torch` that it shares."""
    shared = table(table_name).get("shared", ())
    found = [one for one in distributions("torch") if one.name in shared] if shared else []
    for row in table(table_name)["wheel"]:
        fields = dict(row)
        lines = fields.pop("files")
        files = tuple(item for line in lines for item in _files(line))
        size = scaled(fields.pop("wheel_bytes"))
        requires = tuple(fields.pop("requires", ()))
        found.append(Distribution(**fields, wheel_size=size, files=files, requires=requires))
    return tuple(found)


def install(layer: Layer, site: str, new: tuple[Distribution, ...], *, compile_bytecode: bool) -> None:
    """Put distributions into a layer as pip does, with a `RECORD` that is true."""
    for one in new:
        info = f"{one.stem}.dist-info"
        files = {
            **dict(one.files),
            f"{info}/INSTALLER": b"pip\n",
            f"{info}/METADATA": one.metadata(),
            f"{info}/WHEEL": one.wheel_file(),
        }
        record = [f"{path},sha256={_record_hash(data)},{len(data)}" for path, data in sorted(files.items())]
        for path, data in files.items():
            layer.file(f"{site}/{path}", data, mode=0o755 if "/bin/" in path else 0o644)
            if compile_bytecode and path.endswith(".py"):
                cached = bytecode_path(path)
                layer.file(f"{site}/{cached}", pyc(data, layer.mtime))
                record.append(f"{cached},,")
        layer.file(f"{site}/{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]) + "\n")


def leave_pip_cache(layer: Layer, new: tuple[Distribution, ...]) -> None:
    """pip's HTTP cache after an installation without `--no-cache-dir`; the table says whose wheels are kept."""
    for one in new:
        if one.cached:
            key = sha224(f"https://files.example/{one.wheel_name}".encode()).hexdigest()
            path = f"{PIP_CACHE}/http-v2/{'/'.join(key[:5])}/{key}"
            wheel = one.wheel()
            layer.file(path, pip_http_metadata(len(wheel)), mode=0o600)
            layer.file(f"{path}.body", wheel, mode=0o600)
    check = '{"key":"/usr","last_check":"2024-11-13T10:02:11Z","pypi_version":"24.3.1"}'
    layer.file(f"{PIP_CACHE}/selfcheck/{sha224(b'/usr').hexdigest()}", check, mode=0o600)


def bytecode_path(source: str) -> str:
    """Where Python 3.10 keeps the bytecode of a source file."""
    folder, _, name = source.rpartition("/")
    return f"{folder}/__pycache__/{name.removesuffix('.py')}.{BYTECODE_TAG}.pyc".lstrip("/")


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()


def _files(line: str) -> list[tuple[str, bytes]]:
    """The files of one line of a table of wheels."""
    kind, *words = line.split()
    if kind == "nvidia":
        component = table("cuda_libraries")[words[0]]["component"]
        return [(f"nvidia/{component}/lib/{words[0]}", cuda_library(words[0]))]
    if kind == "torch":
        path, real_bytes, *needed = words
        soname = path.rpartition("/")[2]
        elf = Elf(path, scaled(int(real_bytes)), soname, (*needed, "libc.so.6"), rpath=table("torch")["rpath"])
        return [(path, elf_bytes(elf))]
    if kind == "copy":
        path, original = words
        return [(path, elf_bytes(Elf(original, scaled(5_330_888))))]
    return [(item.path, item.data) for item in shipped(line)]
