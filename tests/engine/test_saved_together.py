"""Several images of an engine travel in one save, and each comes out as if it had been saved by itself."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from layerscope.many.save_together import save_together
from layerscope.pipeline import analyze_image
from layerscope.progress import SilentProgress
from layerscope.report.json import render_json
from layerscope.sources.docker_engine import Engine
from layerscope.sources.options import OpenOptions
from layerscope.sources.passing_archive import PassingArchive
from tests.cache.keeping import opened
from tests.engine.fake_engine import chunked, cut_between_chunks, not_found, say, serving
from tests.engine.recording import Recording
from tests.engine.test_podman_socket import podman
from tests.engine.tools import EngineImages, call
from tests.images import docker_archive, file, layer

__all__ = ["podman"]

API = OpenOptions(store=False, pull="never")


@contextmanager
def counting() -> Iterator[list[tuple[str, ...]]]:
    """Note which images an engine is asked to save, those of one request together."""
    asked: list[tuple[str, ...]] = []
    begin = Engine._begin

    def note(self: Engine, url: str, names: tuple[str, ...], reference: str, *rest: object) -> PassingArchive:
        asked.append(tuple(names) or (reference,))
        return begin(self, url, names, reference, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_begin", note)
        yield asked


def reports_together(references: list[str], folder: Path, progress: Recording | None = None) -> list[bytes]:
    with opened(folder) as cache:
        save_together(references, API, cache, progress or SilentProgress())
        return [render_json(analyze_image(reference, API, cache=cache)) for reference in references]


def reports_alone(references: list[str]) -> list[bytes]:
    return [render_json(analyze_image(reference, API)) for reference in references]


@pytest.fixture(scope="module")
def images(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build two images on a third, and a last one that has a layer of theirs on top of another."""
    files = {"noise": random.Random(6).randbytes(400_000)}
    first = engine_images.build(base_image, "COPY . /srv", tmp_path_factory.mktemp("first"), files=files)
    tops = [
        engine_images.build(first, f"RUN echo {name} > /srv/new", tmp_path_factory.mktemp(name)) for name in ("a", "b")
    ]
    return [*tops, first]


@pytest.mark.engine
def test_one_save_for_all(images: list[str], tmp_path: Path) -> None:
    references = [f"docker:{name}" for name in images]
    with counting() as asked:
        together = reports_together(references, tmp_path / "cache")
        assert asked == [tuple(images)]
    assert together == reports_alone(references)


@pytest.mark.engine
def test_each_shared_layer_is_sent_once(images: list[str], tmp_path: Path) -> None:
    progress = Recording()
    reports_together([f"docker:{name}" for name in images], tmp_path / "cache", progress)
    alone = Recording()
    analyze_image(f"docker:{images[2]}", API, alone)
    # Two images have one layer more each.
    assert len(progress.ended) == len(alone.ended) + 2


@pytest.mark.engine
def test_what_is_known_is_not_sent_with_the_others(images: list[str], tmp_path: Path) -> None:
    references = [f"docker:{name}" for name in images]
    with counting() as asked, opened(tmp_path / "cache") as cache:
        analyze_image(references[0], API, cache=cache)
        save_together(references, API, cache, SilentProgress())
        save_together(references, API, cache, SilentProgress())
    assert asked == [(images[0],), tuple(images[1:])]


@pytest.mark.engine
def test_images_under_ids_and_second_names(images: list[str], engine_images: EngineImages, tmp_path: Path) -> None:
    other = engine_images.name("other")
    call("docker", "tag", images[0], other)
    image_id = call("docker", "image", "inspect", "--format={{.Id}}", images[1]).decode().strip()
    references = [f"docker:{name}" for name in (other, image_id)]
    with counting() as asked:
        together = reports_together(references, tmp_path / "cache")
        assert asked == [(other, image_id)]
    assert together == reports_alone(references)


@pytest.mark.engine
@pytest.mark.parametrize(
    "options",
    [OpenOptions(store=False, verify=True), OpenOptions(store=False, pull="always")],
    ids=["every-byte-is-read", "pulled-anew"],
)
def test_nothing_is_sent_that_would_be_sent_again(images: list[str], tmp_path: Path, options: OpenOptions) -> None:
    with counting() as asked, opened(tmp_path / "cache") as cache:
        save_together([f"docker:{name}" for name in images], options, cache, SilentProgress())
    assert asked == []


@pytest.mark.engine
@pytest.mark.usefixtures("podman")
def test_podman_does_the_same(
    podman_env: dict[str, str], sample_image: str, engine_images: EngineImages, tmp_path: Path
) -> None:
    name = f"localhost/{engine_images.name('second')}"
    archive = docker_archive([layer(file("a", b"a" * 9_000))], flavour="podman", repo_tags=[name])
    call("podman", "load", env=podman_env, stdin=archive)
    references = [f"podman:{sample_image}", f"podman:{name}"]
    with counting() as asked:
        together = reports_together(references, tmp_path / "cache")
        assert asked == [(sample_image, name)]
    assert together == reports_alone(references)


@pytest.mark.parametrize("failure", ["refused", "cut", "missing", "no-image"])
def test_what_fails_together_is_tried_one_by_one(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failure: str
) -> None:
    archive = docker_archive([layer(file("a", b"a" * 90_000))], flavour="modern")
    answers = {"refused": say(500, b'{"message": "no space left"}'), "cut": cut_between_chunks(archive[:70_000])}
    together = answers.get(failure, not_found if failure == "missing" else chunked(b"{}" * 900))
    answer = {"/images/get": together}

    def save(handler: object) -> None:
        path = str(handler.path).partition("?")[0]  # type: ignore[attr-defined]
        answer.get(path.removeprefix("/v1.41"), chunked(archive))(handler)  # type: ignore[arg-type]

    path, progress = short_folder / "engine.sock", Recording()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with serving(path, get=save) as engine:
        reports = reports_together(["docker:a", "docker:b"], tmp_path / "cache", progress)
        assert reports == reports_alone(["docker:a", "docker:b"])
    assert engine.requests.count("GET /v1.41/images/get") == 1
    assert engine.requests.count("GET /v1.41/images/a/get") == 2
    assert [note for note in progress.notes if note.startswith("The images are saved one by one: ")]
