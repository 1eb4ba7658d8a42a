"""An engine pulls from a registry of the test's own: what each pull policy does, and what is said of failures."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import layerscope
from layerscope.errors import ImageNotFound
from layerscope.pipeline import analyze_image
from layerscope.sources.options import OpenOptions
from tests.engine.recording import Recording
from tests.engine.registries import served_registry
from tests.engine.tools import EngineImages, call
from tests.images import file, layer

pytestmark = pytest.mark.engine

# Enough that a download is reported, and not twice the same.
CONTENT_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry on this machine; engines use plain HTTP with such by default."""

    address: str
    engine_images: EngineImages

    def push(self, name: str, content: bytes) -> str:
        """Put an image with one file into the registry and leave nothing of it in the engine; returns its reference."""
        reference = self.keep(f"{self.address}/{name}", content)
        call("docker", "push", "--quiet", reference)
        call("docker", "rmi", reference)
        return reference

    def keep(self, reference: str, content: bytes) -> str:
        """Put an image with one file into the engine under that reference."""
        return self.engine_images.from_tar(layer(file("content", content)), reference)


@pytest.fixture(scope="module")
def registry(engine_images: EngineImages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Serve a registry on a free port."""
    with served_registry(tmp_path_factory.mktemp("registry")) as server:
        yield Registry(server.address, engine_images)


def content(number: int) -> bytes:
    """New in every run, since an engine pulls no layer that an earlier run left in it."""
    return os.urandom(CONTENT_BYTES + number)


def pull(reference: str, policy: str, *, store: bool = True) -> tuple[int, Recording]:
    """Analyze with a policy; returns the stored bytes and the progress."""
    progress = Recording()
    analysis = analyze_image(f"docker:{reference}", OpenOptions(pull=policy, store=store), progress)
    assert analysis.is_complete
    return analysis.index.stored_bytes, progress


def has_pulled(progress: Recording) -> bool:
    return any("pulls" in stage for stage in progress.stages)


def test_never_pulls_nothing(registry: Registry) -> None:
    reference = registry.push("never:1", content(1))
    with pytest.raises(ImageNotFound, match="The Docker Engine does not have it"):
        layerscope.analyze(f"docker:{reference}", pull="never")
    assert not call("docker", "images", "--quiet", reference)


def test_missing_pulls_what_is_not_there(registry: Registry) -> None:
    reference = registry.push("missing:1", content(2))
    stored, progress = pull(reference, "missing")
    assert stored == CONTENT_BYTES + 2
    assert has_pulled(progress)
    assert progress.stages[0] == f"The Docker Engine pulls {reference}"
    assert call("docker", "images", "--quiet", reference)


def test_missing_takes_what_is_there(registry: Registry) -> None:
    reference = registry.push("there:1", content(3))
    pull(reference, "missing")
    registry.push("there:1", content(4))
    registry.keep(reference, b"of the engine")
    stored, progress = pull(reference, "missing")
    assert stored == len(b"of the engine")
    assert not has_pulled(progress)


def test_always_pulls_again(registry: Registry) -> None:
    reference = registry.push("always:1", content(5))
    assert pull(reference, "always")[0] == CONTENT_BYTES + 5
    stored, progress = pull(reference, "always")
    assert stored == CONTENT_BYTES + 5
    assert has_pulled(progress)
    registry.push("always:1", content(6))
    registry.keep(reference, b"of the engine")
    stored, progress = pull(reference, "always")
    assert stored == CONTENT_BYTES + 6
    assert has_pulled(progress)


def test_progress_of_a_pull(registry: Registry) -> None:
    """The download is reported under the engine's own name for the layer, then the scan under the archive's."""
    # An engine tells of a download ten times a second, and of a short one not at all.
    reference = registry.push("progress:1", content(7) * 40)
    _, progress = pull(reference, "missing", store=False)
    assert progress.stages[0] == f"The Docker Engine pulls {reference}"
    # The engine is asked to save only once it is known that some layer has to be read.
    assert f"The Docker Engine is preparing {reference}" in progress.stages
    assert "Reading layers" in progress.stages
    downloaded, scanned = progress.totals
    assert 0 < progress.counts[downloaded] <= (progress.totals[downloaded] or 0)
    assert scanned.endswith("layer.tar") or scanned.startswith("blobs/")
    assert progress.counts[scanned] == progress.totals[scanned]
    assert set(progress.ended) == {downloaded, scanned}


def test_without_a_tag_latest_is_pulled(registry: Registry) -> None:
    reference = registry.push("untagged:latest", content(8))
    assert pull(reference.removesuffix(":latest"), "missing")[0] == CONTENT_BYTES + 8


def test_by_digest(registry: Registry) -> None:
    reference = registry.push("digest:1", content(9))
    pull(reference, "missing")
    name = call("docker", "inspect", "--format={{index .RepoDigests 0}}", reference).decode().strip()
    call("docker", "rmi", reference)
    registry.engine_images.names.append(name)
    assert pull(name, "missing")[0] == CONTENT_BYTES + 9


@pytest.mark.parametrize("policy", ["missing", "always"])
def test_unknown_tag(registry: Registry, policy: str) -> None:
    reference = registry.push("known:1", content(10)).removesuffix(":1") + ":2"
    with pytest.raises(ImageNotFound) as caught:
        layerscope.analyze(f"docker:{reference}", pull=policy)
    assert reference in str(caught.value)
    assert "could not pull it" in str(caught.value)
    assert "manifest unknown" in str(caught.value)


def test_unknown_repository(registry: Registry) -> None:
    with pytest.raises(ImageNotFound, match=r"could not pull it: .*(not found|unknown|does not exist)"):
        layerscope.analyze(f"docker:{registry.address}/no/such:1")


def test_registry_that_nobody_serves() -> None:
    """Port 1 is nobody's."""
    with pytest.raises(ImageNotFound, match=r"could not pull it: .*connection refused"):
        layerscope.analyze("docker:127.0.0.1:1/name:1")
