"""Podman's socket speaks the engine's API."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.errors import ImageNotFound
from tests.engine.facts import facts
from tests.engine.tools import PATH, EngineImages, call, require

pytestmark = pytest.mark.engine

START_S = 30


@pytest.fixture
def podman(
    podman_env: dict[str, str], short_folder: Path, sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Let podman serve the sample at the user's socket, and return the socket's path."""
    program = require("podman")
    call("podman", "load", f"--input={sample_archive}", env=podman_env)
    socket = short_folder / "podman" / "podman.sock"
    socket.parent.mkdir()
    command = [program, "system", "service", "--time=0", f"unix://{socket}"]
    log = (short_folder / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            command, env=os.environ | {"PATH": PATH} | podman_env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as service,
    ):
        try:
            wait_for(socket, service, short_folder / "log")
            monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
            yield socket
        finally:
            service.terminate()


def wait_for(socket: Path, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not socket.is_socket():
        if service.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"podman does not serve: {log.read_text(errors='replace')}")
        time.sleep(0.05)


def test_podman_gives_the_same_analysis(podman: Path, sample_image: str, sample_analysis: Analysis) -> None:
    assert podman.is_socket()
    analysis = layerscope.analyze(f"podman:{sample_image}", pull="never")
    assert analysis.image.source == "podman"
    assert facts(analysis) == facts(sample_analysis)


@pytest.mark.usefixtures("podman")
def test_podman_is_asked_after_the_docker_engine(
    podman_env: dict[str, str], sample_image: str, engine_images: EngineImages, sample_analysis: Analysis
) -> None:
    name = f"localhost/{engine_images.name('podman-only')}"
    call("podman", "tag", sample_image, name, env=podman_env)
    analysis = layerscope.analyze(name, pull="never")
    assert (analysis.image.source, analysis.image.reference) == ("podman", name)
    assert facts(analysis) == facts(sample_analysis)


@pytest.mark.usefixtures("podman")
def test_both_say_that_they_have_it_not(engine_images: EngineImages) -> None:
    name = engine_images.name("nowhere")
    with pytest.raises(ImageNotFound) as caught:
        layerscope.analyze(name, pull="never")
    assert "The Docker Engine does not have it" in str(caught.value)
    assert "Podman does not have it" in str(caught.value)


def test_no_socket(short_folder: Path, sample_image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a socket of the user's the system's is tried; where neither is there the error says so."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
    if Path("/run/podman/podman.sock").is_socket():
        pytest.skip("podman serves the whole system here")
    with pytest.raises(ImageNotFound, match="Podman's socket is not there"):
        layerscope.analyze(f"podman:{sample_image}", pull="never")
