"""Images of a real Docker Engine the second time: neither saved nor read again, and the same report to the byte."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from layerscope.errors import StoreUnusable
from layerscope.pipeline import analyze_image
from layerscope.report.json import render_json
from layerscope.sources.docker_engine import Engine
from layerscope.sources.options import OpenOptions
from layerscope.sources.passing_archive import PassingArchive
from layerscope.sources.store import docker_store
from layerscope.sources.store.tar_split import read_tar_split
from tests.cache.keeping import opened, plain_content
from tests.engine.tools import EngineImages, call

pytestmark = pytest.mark.engine

SECRET = "AKIAENGINEEXAMPLE123"
STEPS = f"""
ENV AWS_ACCESS_KEY_ID={SECRET}
LABEL note="a \\"quoted\\" <word> & ümläut"
COPY . /srv
RUN cp /srv/noise /srv/copy
WORKDIR /srv
HEALTHCHECK CMD true
CMD ["sh", "-c", "echo 'hello'"]
"""
API, STORE = OpenOptions(store=False), OpenOptions()


@pytest.fixture(scope="module")
def images(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build an image, and another on top of it."""
    files = {"noise": random.Random(5).randbytes(300_000), "main.py": b"import torch\n"}
    first = engine_images.build(base_image, STEPS, tmp_path_factory.mktemp("first"), files=files)
    second = engine_images.build(first, "RUN echo new > /srv/new", tmp_path_factory.mktemp("second"))
    return [first, second]


def report(name: str, options: OpenOptions, folder: Path | None) -> bytes:
    """The JSON report of an engine's image."""
    if folder is None:
        return render_json(analyze_image(f"docker:{name}", options))
    with opened(folder) as cache:
        return render_json(analyze_image(f"docker:{name}", options, cache=cache))


@contextmanager
def noting() -> Iterator[list[str]]:
    """Note what is saved by the engine, and which layers of its store are read."""
    noted: list[str] = []
    save = Engine.save

    def note_save(self: Engine, reference: str, *rest: object) -> PassingArchive:
        noted.append("save")
        return save(self, reference, *rest)  # type: ignore[arg-type]

    def note_read(reader: object) -> object:
        noted.append("layer")
        return read_tar_split(reader)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "save", note_save)
        patch.setattr(docker_store, "read_tar_split", note_read)
        yield noted


def test_an_image_is_saved_once(images: list[str], tmp_path: Path) -> None:
    fresh = report(images[0], API, None)
    with noting() as noted:
        assert report(images[0], API, tmp_path / "cache") == fresh
        assert noted == ["save"]
        assert report(images[0], API, tmp_path / "cache") == fresh
        assert noted == ["save"]
        # Who asks for every byte gets it read, and another image is another one.
        assert report(images[0], OpenOptions(store=False, verify=True), tmp_path / "cache") == fresh
        assert report(images[1], API, tmp_path / "cache") == report(images[1], API, None)
        assert noted == ["save"] * 4


def test_what_a_configuration_says_is_not_kept(images: list[str], tmp_path: Path) -> None:
    report(images[0], API, tmp_path / "cache")
    again = report(images[0], API, tmp_path / "cache")
    assert b"secrets-in-env" in again
    assert json.loads(again)["image"]["config"]["healthcheck"] is not None
    plain = b"".join(plain_content(kept) for kept in (tmp_path / "cache").iterdir())
    assert SECRET.encode() not in plain
    assert b"quoted" not in plain


def test_an_image_under_another_name_is_known(images: list[str], tmp_path: Path, engine_images: EngineImages) -> None:
    report(images[0], API, tmp_path / "cache")
    other = engine_images.name("other")
    call("docker", "tag", images[0], other)
    with noting() as noted:
        again = report(other, API, tmp_path / "cache")
    assert noted == []
    assert again == report(other, API, None)


def test_a_layer_that_was_pruned_is_saved_again(images: list[str], tmp_path: Path) -> None:
    fresh = report(images[0], API, tmp_path / "cache")
    for kept in (tmp_path / "cache").glob("layer-*"):
        kept.unlink()
        with noting() as noted:
            assert report(images[0], API, tmp_path / "cache") == fresh
        assert noted == ["save"]


def test_the_engines_folder_is_not_read_again(images: list[str], tmp_path: Path) -> None:
    try:
        fresh = report(images[0], STORE, None)
    except StoreUnusable as error:
        pytest.skip(f"the engine's folder cannot be read here: {error}")
    with noting() as noted:
        assert report(images[0], STORE, tmp_path / "cache") == fresh
        assert set(noted) == {"layer"}
        noted.clear()
        assert report(images[0], STORE, tmp_path / "cache") == fresh
        assert noted == []
        # Of another one on top of it the contents are compared with those below.
        assert report(images[1], STORE, tmp_path / "cache") == report(images[1], STORE, None)
