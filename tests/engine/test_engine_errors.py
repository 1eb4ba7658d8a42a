"""Engines that are not there, say no or break off: errors of layerscope, never others, and nothing left open."""

import gc
import hashlib
import json
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
from layerscope.pipeline import analyze_image
from layerscope.sources import docker_engine
from layerscope.sources.options import OpenOptions
from tests.engine.facts import facts
from tests.engine.fake_engine import (
    Answer,
    Handler,
    after,
    chunked,
    cut_between_chunks,
    cut_silently,
    cut_with_length,
    cut_within_chunk,
    hang_up,
    in_turn,
    not_found,
    raw,
    say,
    serving,
    serving_tcp,
    with_pause,
)
from tests.engine.recording import Recording
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
}
# Python's own words, which say nothing to the people who read an error.
NOISE = ("Traceback", " object ", " at 0x", "('", "Error(", ".. ")


@pytest.fixture(scope="module", autouse=True)
def old_objects_are_no_concern() -> Iterator[None]:
    """Let a collection look only at what the tests of this module make, so that each can afford one."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """Let what a test leaves open be noticed in that test; warnings are errors."""
    yield
    gc.collect()


@pytest.fixture
def engine_socket(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point every client of this process at a socket that is not there yet."""
    path = short_folder / "engine.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    forget_other_engines(monkeypatch)
    return path


def forget_other_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)


def failure(reference: str = f"docker:{NAME}", *, pull: str = "never") -> ImageError:
    """Analyze, expect an error of ours and check that it reads like a sentence for people."""
    with pytest.raises(ImageError) as caught:
        layerscope.analyze(reference, pull=pull)
    text = str(caught.value)
    assert text[0].isupper()
    assert text.endswith((".", "?"))
    assert len(text) < 1000 + len(reference)
    assert not [letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}]
    assert not [noise for noise in NOISE if noise in text]
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


@pytest.mark.engine
@pytest.mark.parametrize("name", ["", " ", "a\nb", "\udcff", "a" * 5000])
def test_names_that_are_hardly_names(name: str) -> None:
    failure(f"docker:{name}")


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
    # Nothing may be left to import by the one who may read neither the checkout nor the environment.
    script = (
        "import os, sys, layerscope\n"
        "def ask():\n"
        "    try: layerscope.analyze(sys.argv[1], pull='never')\n"
        "    except layerscope.ImageError as error: return str(error)\n"
        "host, os.environ['DOCKER_HOST'] = os.environ['DOCKER_HOST'], 'unix:///no/such/socket'\n"
        "ask()\n"
        "os.environ['DOCKER_HOST'] = host\n"
        f"if os.getuid() == 0: os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "print(ask())\n"
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
    with serving(engine_socket) as fake:
        for end in (0, 1, 511, 512, 2000, len(body) // 2, len(body) - 1025, len(body) - 1, len(body)):
            fake.answers["get"] = CUTS[cut](body[:end])
            assert "Docker Engine stopped sending the image" in str(failure()) or end == 0


@pytest.mark.parametrize("archive", ARCHIVES)
def test_save_that_ends_too_early_in_silence(engine_socket: Path, archive: str, tmp_path: Path) -> None:
    """Whatever is missing, the answer is an error or the whole truth."""
    body, expected = ARCHIVES[archive], facts(whole(archive, tmp_path))
    ends = [*range(0, len(body), 1024), *random.Random(2).sample(range(len(body)), 40)]
    right = 0
    with serving(engine_socket) as fake:
        for end in ends:
            fake.answers["get"] = cut_silently(body[:end])
            try:
                analysis = layerscope.analyze(f"docker:{NAME}", pull="never")
            except ImageError:
                continue
            assert facts(analysis) == expected
            right += 1
    assert right < len(ends) / 2


@pytest.mark.parametrize("archive", ARCHIVES)
def test_save_that_ends_in_silence_before_the_end_blocks(engine_socket: Path, archive: str) -> None:
    """Over HTTP/1.0, as engines are asked at a socket, hanging up is the only end that there is."""
    body = ARCHIVES[archive].rstrip(b"\0")
    with serving(engine_socket) as fake:
        for end in (1, 511, len(body) // 2, len(body) - 1, len(body)):
            fake.answers["get"] = cut_silently(body[:end])
            assert "stopped sending the image: it hung up before the end" in str(failure())


def test_only_sockets_are_asked_plainly(engine_socket: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same image either way; what is not the image itself is asked as always."""
    body, versions = ARCHIVES["modern"], []

    def save(handler: Handler) -> None:
        versions.append(handler.request_version)
        (cut_silently if handler.request_version == "HTTP/1.0" else chunked)(body)(handler)

    def ping(handler: Handler) -> None:
        versions.append(handler.request_version)
        handler.say(200, b"OK", "text/plain")

    with serving(engine_socket, get=save, _ping=ping):
        assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole("modern", tmp_path))
    with serving_tcp(get=save, _ping=ping) as (address, _):
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{address}")
        assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole("modern", tmp_path))
    assert versions == ["HTTP/1.1", "HTTP/1.0", "HTTP/1.1", "HTTP/1.1"]


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
    "redirect-in-a-circle": raw(b"HTTP/1.1 302 Found\r\nLocation: ?again\r\nContent-Length: 0\r\n\r\n"),
    "gzip-that-is-none": raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    "unauthorized": say(401, b'{"message": "who are you?"}'),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("question", ["_ping", "version", "json", "get"])
def test_answers_that_are_failures(engine_socket: Path, question: str, answer: str) -> None:
    with serving(engine_socket, **{"get": say(500, b""), question: ANSWERS[answer]}):
        text = str(failure())
    # What is cut within its headers is an empty answer to a client, so an empty archive.
    assert "Docker Engine" in text or (question, answer) == ("get", "half-a-header")
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


def test_engine_that_says_in_other_words_that_it_has_it_not(engine_socket: Path) -> None:
    with serving(engine_socket, json=say(404, b'{"message": "what is that?"}')):
        assert "The Docker Engine does not have it" in str(failure())


def test_silent_engine_is_given_up(engine_socket: Path, impatient: float) -> None:
    with serving(engine_socket, json=after(4 * impatient, say(200, b"{}"))):
        assert "timed out" in str(failure()).lower()
    engine_socket.unlink()
    with serving(engine_socket, version=after(4 * impatient, say(200, b"{}"))):
        assert "timed out" in str(failure()).lower()


def test_engine_may_take_its_time_to_save(engine_socket: Path, impatient: float, tmp_path: Path) -> None:
    """It first writes the whole image to its own disk, which takes minutes for a large one."""
    body = ARCHIVES["old"]
    with serving(engine_socket, get=after(4 * impatient, with_pause(4 * impatient, body[:30_000], body[30_000:]))):
        assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole("old", tmp_path))


def test_engine_may_take_its_time_to_pull(engine_socket: Path, impatient: float, tmp_path: Path) -> None:
    """It says nothing while it waits for a registry, or checks or unpacks a large layer."""
    pull = after(4 * impatient, with_pause(4 * impatient, b'{"status": "Pulling"}\r\n', b'{"status": "Done"}\r\n'))
    inspection = in_turn(not_found, say(200, b"{}"))
    with serving(engine_socket, json=inspection, create=pull, get=chunked(ARCHIVES["old"])):
        assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole("old", tmp_path))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> float:
    """Shorten the time in which an engine must answer, and return it."""
    seconds = 0.2
    monkeypatch.setattr(docker_engine, "_ANSWER_SECONDS", seconds)
    return seconds


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
    "error": b'{"status": "Pulling"}\r\n{"error": "toomanyrequests: \\u001b[31mslow down", "errorDetail": {}}\r\n',
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


def test_progress_of_a_download_that_starts_again(engine_socket: Path) -> None:
    """Engines try a download again from its beginning, so that their counts go back."""
    events = [("Downloading", 100), ("Downloading", 700), ("Downloading", 300), ("Downloading", 1000)]
    lines = [
        {"id": "abc", "status": status, "progressDetail": {"current": current, "total": 1000}}
        for status, current in events
    ]
    lines += [{"id": "abc", "status": "Verifying Checksum"}, {"id": "abc", "status": "Download complete"}]
    body = "".join(json.dumps(line) + "\r\n" for line in lines).encode()
    progress = Recording()
    with serving(engine_socket, json=not_found, create=chunked(body), get=chunked(ARCHIVES["old"])):
        analyze_image(f"docker:{NAME}", OpenOptions(), progress)
    assert (progress.totals["abc"], progress.counts["abc"]) == (1000, 1000)
    assert progress.ended[0] == "abc"


CONTEXTS: dict[str, bytes | None] = {
    "right": None,
    "no-json": b"{",
    "list": b"[]",
    "empty": b"{}",
    "no-endpoints": b'{"Name": "mine", "Metadata": {}, "Endpoints": {}}',
    "null-endpoint": b'{"Name": "mine", "Metadata": {}, "Endpoints": {"docker": null}}',
    "number-host": b'{"Name": "mine", "Metadata": {}, "Endpoints": {"docker": {"Host": 1}}}',
    "strange-host": b'{"Name": "mine", "Metadata": {}, "Endpoints": {"docker": {"Host": "x://y"}}}',
}


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("by", ["environment", "configuration"])
def test_context_names_the_engine(
    short_folder: Path, context: str, by: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the docker command does, an engine is looked for in the current context where DOCKER_HOST names none."""
    forget_other_engines(monkeypatch)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "mine"} if by == "configuration" else {}))
    if by == "environment":
        monkeypatch.setenv("DOCKER_CONTEXT", "mine")
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"mine").hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    path = short_folder / "context.sock"
    right = {
        "Name": "mine",
        "Metadata": {},
        "Endpoints": {"docker": {"Host": f"unix://{path}", "SkipTLSVerify": False}},
    }
    meta.write_bytes(CONTEXTS[context] or json.dumps(right).encode())
    with serving(path, get=chunked(ARCHIVES["old"])):
        if context == "right":
            assert facts(layerscope.analyze(f"docker:{NAME}")) == facts(whole("old", tmp_path))
        else:
            assert "Docker Engine" in str(failure())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"auths": []}', b'{"proxies": 1}', b'{"currentContext": 1}']
)
def test_odd_client_configuration(
    engine_socket: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What does not concern the engine's address need not be understood."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_bytes(content)
    with serving(engine_socket, get=chunked(ARCHIVES["old"])):
        try:
            analysis = layerscope.analyze(f"docker:{NAME}", pull="never")
        except ImageError:
            return
    assert facts(analysis) == facts(whole("old", tmp_path))


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
