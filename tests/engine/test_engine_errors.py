"""Engines that are not there, say no or break off: errors of layerscope, never others, and nothing left open."""

import gc
import os
import random
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.errors import ImageError, ImageNotFound
from tests.engine.facts import facts
from tests.engine.fake_engine import (
    Answer,
    chunked,
    cut_between_chunks,
    cut_silently,
    cut_with_length,
    cut_within_chunk,
    hang_up,
    not_found,
    raw,
    reset,
    say,
    serving,
)
from tests.images import docker_archive, file, hardlink, layer, oci_archive, oci_layout, symlink

ROOT = Path(__file__).parents[2]
NAME = "some/image:tag"
NOBODY = 65534

# Bytes that do not compress, so that cuts fall into contents as well as into headers.
LAYERS = [
    layer(file("a", random.Random(1).randbytes(40_000)), symlink("b", "a")),
    layer(file("a", b"over"), hardlink("c", "a")),
]
ARCHIVES = {
    "old": docker_archive(LAYERS, flavour="old"),
    "modern": docker_archive(LAYERS, flavour="modern"),
    "oci-gzip": oci_archive(oci_layout(LAYERS)),
}
CUTS = {
    "between-chunks": cut_between_chunks,
    "within-chunk": cut_within_chunk,
    "with-length": cut_with_length,
    "reset": reset,
}


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """Let what was left open be noticed in the test that left it; warnings are errors."""
    gc.collect()
    yield
    gc.collect()


@pytest.fixture
def engine_socket(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point every client of this process at a socket that is not there yet."""
    path = short_folder / "engine.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    return path


def failure(reference: str = f"docker:{NAME}", *, pull: str = "never") -> ImageError:
    """Analyze, expect an error of ours and check that it reads like a sentence for people."""
    with pytest.raises(ImageError) as caught:
        layerscope.analyze(reference, pull=pull)
    text = str(caught.value)
    assert text[0].isupper()
    assert text.endswith((".", "?"))
    assert len(text) < 1000
    assert not [letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}]
    assert not any(noise in text for noise in ("Traceback", "object at 0x", "..", "::", "None"))
    return caught.value


@pytest.mark.engine
def test_unknown_image() -> None:
    error = failure("docker:layerscope-test/no-such-image:none")
    assert isinstance(error, ImageNotFound)
    assert "'layerscope-test/no-such-image:none'" in str(error)
    assert "The Docker Engine does not have it" in str(error)


@pytest.mark.engine
def test_unknown_image_id() -> None:
    assert isinstance(failure(f"docker:sha256:{'0' * 64}"), ImageNotFound)


@pytest.mark.engine
@pytest.mark.parametrize(
    "name", ["UPPER/Case", "a b", "a:b:c", "../../containers/json", "a@sha256:12", "é", "a?b", "%2e"]
)
def test_names_that_no_image_can_have(name: str) -> None:
    assert repr(name) in str(failure(f"docker:{name}"))


def test_socket_that_is_not_there(engine_socket: Path) -> None:
    error = failure()
    assert f"there is no socket {engine_socket}" in str(error)
    assert "DOCKER_HOST" in str(error)


def test_socket_at_which_nobody_listens(engine_socket: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(engine_socket))
    assert "Connection refused" in str(failure())


def test_socket_that_is_a_file(engine_socket: Path) -> None:
    engine_socket.write_bytes(b"")
    assert "The Docker Engine does not answer" in str(failure())


def test_host_at_which_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 1 is nobody's."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert "onnection refused" in str(failure())


@pytest.mark.parametrize(
    "host", ["nonsense://x", "unix:relative", "tcp://", "ssh://", "http://[", "tcp://host:port", ":"]
)
def test_host_that_makes_no_sense(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    assert "The Docker Engine" in str(failure())


@pytest.mark.parametrize("closed", ["socket", "folder"])
def test_socket_without_permission(short_folder: Path, closed: str) -> None:
    """As another user: root may use every socket."""
    folder = short_folder / "run"
    folder.mkdir()
    path = folder / "engine.sock"
    script = (
        "import os, sys, layerscope, layerscope.pipeline, layerscope.sources.docker_engine\n"
        f"if os.getuid() == 0: os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "try: layerscope.analyze(sys.argv[1], pull='never')\n"
        "except layerscope.ImageError as error: print(error)\n"
    )
    with serving(path):
        (path if closed == "socket" else folder).chmod(0)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script, f"docker:{NAME}"],
            env=os.environ | {"DOCKER_HOST": f"unix://{path}", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        folder.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ermission" in done.stdout
    assert "group docker" in done.stdout


@pytest.mark.parametrize("archive", ARCHIVES)
@pytest.mark.parametrize("chunk_bytes", [1000, 1 << 20])
def test_engine_that_works(engine_socket: Path, archive: str, chunk_bytes: int, tmp_path: Path) -> None:
    """The fake engine is good enough to be understood."""
    with serving(engine_socket, get=chunked(ARCHIVES[archive], chunk_bytes)) as fake:
        assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole(archive, tmp_path))
    assert fake.requests[-1].endswith(f"/images/{NAME}/get")
    assert not [request for request in fake.requests if request.startswith("POST")]


@pytest.mark.parametrize("archive", ARCHIVES)
@pytest.mark.parametrize("cut", CUTS)
def test_save_that_breaks_off(engine_socket: Path, archive: str, cut: str) -> None:
    body = ARCHIVES[archive]
    for end in (0, 1, 511, 512, 2000, len(body) // 2, len(body) - 1025, len(body) - 1, len(body)):
        with serving(engine_socket, get=CUTS[cut](body[:end])):
            error = failure()
        assert "Docker Engine stopped sending the image" in str(error) or end == 0
        engine_socket.unlink()


@pytest.mark.parametrize("archive", ARCHIVES)
def test_save_that_ends_too_early_in_silence(engine_socket: Path, archive: str, tmp_path: Path) -> None:
    """Whatever is missing, the answer is an error or the whole truth."""
    body, expected = ARCHIVES[archive], facts(whole(archive, tmp_path))
    ends = [*range(0, len(body), 512), *random.Random(2).sample(range(len(body)), 50)]
    right = 0
    for end in ends:
        with serving(engine_socket, get=cut_silently(body[:end])):
            try:
                analysis = layerscope.analyze(f"docker:{NAME}", pull="never")
            except ImageError:
                pass
            else:
                assert facts(analysis) == expected
                right += 1
        engine_socket.unlink()
    assert right < 30


ANSWERS: dict[str, Answer] = {
    "json-message": say(500, b'{"message": "no space left on device"}'),
    "json-without-message": say(500, b'{"error": 1}'),
    "json-list": say(500, b"[1]"),
    "json-null": say(500, b"null"),
    "not-json": say(500, b'{"message": ', "application/json"),
    "html": say(502, b"<html>\r\n<title>Bad \x1b[31mGateway</title></html>", "text/html"),
    "no-body": say(503, b""),
    "not-text": say(500, b"\xff\xfe\x00\x9b" * 300, "text/plain"),
    "long": say(500, b'{"message": "' + b"x" * 100_000 + b'"}'),
    "nothing": hang_up,
    "not-http": raw(b"220 mail.example.org ESMTP\r\n"),
    "half-a-header": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "endless-header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
    "redirect": raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
    "redirect-in-a-circle": raw(b"HTTP/1.1 302 Found\r\nLocation: /version\r\nContent-Length: 0\r\n\r\n"),
    "gzip-that-is-none": raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    "unauthorized": say(401, b'{"message": "who are you?"}'),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("question", ["_ping", "version", "json", "get"])
def test_answers_that_are_failures(engine_socket: Path, question: str, answer: str) -> None:
    with serving(engine_socket, **{"get": say(500, b""), question: ANSWERS[answer]}):
        text = str(failure())
    assert "Docker Engine" in text
    if answer == "json-message" and question != "_ping":
        assert "no space left on device" in text


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "list": b"[]",
    "number": b"1",
    "text": b'"text"',
    "object": b"{}",
    "no-json": b"\x00\xff{",
    "html": b"<html></html>",
    "deep": b"[" * 100_000,
    "huge-number": b'{"ApiVersion": ' + b"1" * 5000 + b"}",
    "strange-version": b'{"ApiVersion": "banana"}',
    "version-number": b'{"ApiVersion": 1.41}',
    "version-null": b'{"ApiVersion": null}',
    "old-version": b'{"ApiVersion": "1.1"}',
}


@pytest.mark.parametrize("body", GARBAGE)
def test_version_that_is_garbage(engine_socket: Path, body: str) -> None:
    with serving(engine_socket, version=say(200, GARBAGE[body])):
        assert "Docker Engine" in str(failure())


@pytest.mark.parametrize("body", GARBAGE)
def test_inspection_that_is_garbage(engine_socket: Path, body: str, tmp_path: Path) -> None:
    """What an inspection says does not matter as long as it is an answer; the image does."""
    with serving(engine_socket, json=say(200, GARBAGE[body]), get=chunked(ARCHIVES["old"])):
        try:
            analysis = layerscope.analyze(f"docker:{NAME}", pull="never")
        except ImageError:
            return
    assert facts(analysis) == facts(whole("old", tmp_path))


@pytest.mark.parametrize(
    "body", [*GARBAGE.values(), random.Random(3).randbytes(5000), b"\0" * 5000, b"\x1f\x8b\x08\0" * 50]
)
def test_image_that_is_garbage(engine_socket: Path, body: bytes) -> None:
    with serving(engine_socket, get=chunked(body)):
        failure()


def test_image_that_went_away_meanwhile(engine_socket: Path) -> None:
    with serving(engine_socket, get=not_found):
        assert isinstance(failure(), ImageNotFound)


@pytest.mark.parametrize("answer", ["json-message", "nothing", "html"])
def test_engine_that_has_the_image_pulls_nothing(engine_socket: Path, answer: str) -> None:
    """An engine that has an image and cannot save it is broken; to pull the image again would help nobody."""
    with serving(engine_socket, get=ANSWERS[answer]) as fake:
        failure(pull="missing")
    assert not [request for request in fake.requests if request.startswith("POST")]


@pytest.mark.parametrize("answer", ["json-message", "nothing", "html", "not-http"])
def test_pull_that_fails(engine_socket: Path, answer: str) -> None:
    with serving(engine_socket, json=not_found, create=ANSWERS[answer]):
        error = failure(pull="missing")
    assert isinstance(error, ImageNotFound)
    assert "could not pull it" in str(error)


PULL_EVENTS: dict[str, bytes] = {
    "error": b'{"status": "Pulling"}\r\n{"error": "toomanyrequests: \x1b[31mslow down", "errorDetail": {}}\r\n',
    "no-json": b'{"status": "Pulling"}\r\nnonsense\r\n',
    "cut": b'{"status": "Pul',
    "numbers": b"1 2 3",
    "list": b"[]",
    "text": b'"a"',
    "odd-detail": b'{"id": "a", "status": "Downloading", "progressDetail": {"current": "x", "total": []}}\r\n',
    "detail-list": b'{"id": "a", "status": "Downloading", "progressDetail": [1]}\r\n',
    "null-current": b'{"id": "a", "status": "Downloading", "progressDetail": {"current": null}}\r\n',
    "deep": b"[" * 100_000,
    "not-text": b"\xff\xfe",
    "nothing": b"",
}


@pytest.mark.parametrize("events", PULL_EVENTS)
@pytest.mark.parametrize("send", [chunked, cut_between_chunks], ids=["whole", "cut"])
def test_events_of_a_pull(engine_socket: Path, events: str, send: Callable[[bytes], Answer]) -> None:
    """The image is not there afterwards."""
    with serving(engine_socket, json=not_found, get=not_found, create=send(PULL_EVENTS[events])):
        text = str(failure(pull="missing"))
    if events == "error":
        assert "toomanyrequests" in text


@pytest.mark.parametrize("answer", ANSWERS)
def test_broken_engine_does_not_hide_podman(
    engine_socket: Path, short_folder: Path, answer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who has the image is asked in order; one that fails is passed over."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
    (short_folder / "podman").mkdir()
    with (
        serving(engine_socket, json=ANSWERS[answer]),
        serving(short_folder / "podman" / "podman.sock", get=chunked(ARCHIVES["old"])),
    ):
        analysis = layerscope.analyze(NAME)
    assert analysis.image.source == "podman"
    assert facts(analysis) == facts(whole("old", tmp_path))


def whole(archive: str, folder: Path) -> Analysis:
    """Analyze one of the archives as a file."""
    path = folder / "whole.tar"
    path.write_bytes(ARCHIVES[archive])
    return layerscope.analyze(str(path))
