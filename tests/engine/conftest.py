"""Images of a real Docker Engine, made without any network and removed in the end."""

import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from tests.engine.leftovers import is_over, remove_all
from tests.engine.tools import EngineImages, base_tar, call

# Bytes that no compression makes smaller, the same in every run.
NOISE = random.Random(20).randbytes(300_000)

# An image with waste of most kinds, two packages and things for several detectors.
SAMPLE_STEPS = """
ENV A=1 LANG=C.UTF-8
COPY status /var/lib/dpkg/status
COPY noise.list /var/lib/dpkg/info/noise.list
COPY noise /usr/share/noise/one
RUN cp /usr/share/noise/one /usr/share/noise/two && mkdir /root && ln /usr/share/noise/two /root/linked
COPY site /usr/lib/python3/dist-packages
COPY wheel /root/.cache/pip/wheels/noise.whl
COPY wheel /opt/models/noise.safetensors
LABEL kind=sample
COPY status /twice
COPY status /twice
RUN chmod 600 /opt/models/noise.safetensors && mkdir -p /var/lib/apt/lists && echo list > /var/lib/apt/lists/list
RUN rm -rf /root/.cache && rm /usr/share/noise/two && echo other > /usr/share/noise/one
RUN rm -rf /opt/models && mkdir /opt/models && cp /var/lib/dpkg/status /opt/models/again
USER 12:34
CMD ["sh", "-c", "true"]
"""
SAMPLE_FILES = {
    "status": b"Package: noise\nStatus: install ok installed\nArchitecture: all\nVersion: 1.2-3\nDescription: x\n",
    "noise.list": b"/.\n/usr\n/usr/share\n/usr/share/noise\n/usr/share/noise/one\n/usr/share/noise/two\n",
    "noise": NOISE[:200_000],
    "wheel": NOISE[200_000:],
    "site/thing/__init__.py": b"print('thing')\n",
    "site/thing/__pycache__/__init__.cpython-311.pyc": b"compiled" * 100,
    "site/thing-4.5.dist-info/METADATA": b"Metadata-Version: 2.1\nName: thing\nVersion: 4.5\n",
    "site/thing-4.5.dist-info/RECORD": b"thing/__init__.py,,\nthing-4.5.dist-info/METADATA,,\n",
}


@pytest.fixture(scope="session")
def engine_images() -> Iterator[EngineImages]:
    """Make images, and remove them when all tests are through; those of runs that were interrupted go first."""
    remove_all(is_over)
    images = EngineImages()
    try:
        yield images
    finally:
        images.remove()


@pytest.fixture(scope="session")
def base_image(engine_images: EngineImages) -> str:
    """Import a root file system in which a shell runs."""
    return engine_images.from_tar(base_tar(), engine_images.name("base"))


@pytest.fixture(scope="session")
def sample_image(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build an image that has something of everything."""
    return engine_images.build(base_image, SAMPLE_STEPS, tmp_path_factory.mktemp("sample"), files=SAMPLE_FILES)


@pytest.fixture(scope="session")
def sample_archive(sample_image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save that image as a docker archive."""
    path = tmp_path_factory.mktemp("archive") / "sample.tar"
    call("docker", "save", f"--output={path}", sample_image)
    return path


@pytest.fixture(scope="session")
def sample_analysis(sample_archive: Path) -> Analysis:
    """Analyze the archive with every byte checked: what every other source is measured by."""
    return layerscope.analyze(str(sample_archive), verify=True)


@pytest.fixture(scope="session")
def podman_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give podman a store of its own, without a driver that needs mounts."""
    folder = tmp_path_factory.mktemp("podman")
    lines = ["[storage]", 'driver = "vfs"', *(f"{name} = {json.dumps(str(folder / name))}" for name in _STORE_FOLDERS)]
    config = folder / "storage.conf"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"CONTAINERS_STORAGE_CONF": str(config), "TMPDIR": os.environ.get("TMPDIR", tempfile.gettempdir())}


_STORE_FOLDERS = ("graphroot", "runroot")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name, which may have 107 bytes, and that all may enter."""
    with tempfile.TemporaryDirectory(prefix="layerscope-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
