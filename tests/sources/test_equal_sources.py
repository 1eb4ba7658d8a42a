"""The same image gives the same analysis from every form, by seeking, by streaming and with every byte checked."""

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.images import oci_archive
from tests.sources.sample import AGAIN, BASE, LAYERS, PYTHON, analyze, archive, every_form, layout, summary, write
from tests.tools import tool


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the image in every form."""
    return every_form(tmp_path_factory.mktemp("forms"))


def test_all_forms_are_equal(forms: dict[str, str]) -> None:
    expected = summary(analyze(forms["docker archive, old"]))
    assert expected["complete"]
    for name, reference in forms.items():
        found = summary(analyze(reference))
        for key, value in expected.items():
            assert found[key] == value, (name, key)


def test_verified_forms_are_equal(forms: dict[str, str]) -> None:
    expected = summary(analyze(forms["docker archive, old"]))
    for name, reference in forms.items():
        verified = analyze(reference, verify=True)
        assert summary(verified) == expected, name
        assert all(layer.is_verified for layer in verified.layer_totals), name


def test_a_table_of_contents_behind_the_layer_changes_nothing(tmp_path: Path) -> None:
    """zstd:chunked as skopeo writes it, which keeps two of the records that end a tar and no more."""
    ended = [tar.rstrip(b"\0") for tar in LAYERS]
    plain = write(
        tmp_path, layout([tar + bytes(-len(tar) % 512 + 1_024) for tar in ended], compression="none"), "plain"
    )
    chunked = tmp_path / "chunked"
    command = [tool("skopeo"), "copy", "--quiet", "--dest-compress-format", "zstd:chunked"]
    subprocess.run([*command, f"oci:{plain}", f"oci:{chunked}"], check=True, capture_output=True, timeout=60)
    found = analyze(str(chunked))
    expected, told = summary(analyze(plain)), summary(found)
    assert {key: told[key] for key in expected} == expected
    for layer in found.image.layers:
        assert layer.digest is not None
        content = (chunked / "blobs" / layer.digest.algorithm / layer.digest.encoded).read_bytes()
        # The frame that says where the table is ends with a word of its own.
        assert content.endswith(b"GnUlInUx")
    manifest = json.loads((chunked / "index.json").read_text())["manifests"][0]["digest"].partition(":")[2]
    sizes = {
        item["digest"]: item["size"] for item in json.loads((chunked / "blobs/sha256" / manifest).read_text())["layers"]
    }
    assert found.transfer.measured_bytes == sum(sizes.values())


def test_figures(forms: dict[str, str]) -> None:
    # By hand, so that all forms are not wrong alike.
    analysis = analyze(forms["docker archive, old"])
    elf, python = 20_004, 800 + 44 + 47 + 700
    base = 2 * elf + 73 + 53 + 5_000 + 3_000
    index = analysis.index
    assert index.stored_bytes == base + 2 * python + elf + 9_000
    # The old data is opaque, the list deleted, the library's other name keeps its bytes, the Python layer comes twice.
    assert index.superseded_bytes == 5_000 + 3_000 + python
    # The library three times: under its old second name, as a copy, and with its new mode.
    assert index.duplicate_bytes == 2 * elf
    assert [(item.package.manager, item.package.name) for item in analysis.package_totals] == [
        ("dpkg", "app"),
        ("python", "demo"),
    ]
    assert [layer.history.created_by.split()[-2] for layer in analysis.image.layers if layer.history] == [
        "in",
        "#",
        "#",
        "#",
    ]
    assert not any("damaged" in warning for warning in analysis.warnings)


def test_layer_sizes_on_the_wire(forms: dict[str, str]) -> None:
    assert analyze(forms["docker archive, old"]).transfer.measured_bytes is None
    blobs = [
        len(content) for name, content in layout().items() if name.startswith("blobs") and content[:2] == b"\x1f\x8b"
    ]
    for name in ("OCI layout, gzip", "OCI archive, gzip"):
        assert len(blobs) == len({BASE, PYTHON, AGAIN})
        assert analyze(forms[name]).transfer.measured_bytes == sum(blobs)


@pytest.mark.parametrize(
    "form", ["docker archive, modern", "docker archive, podman", "OCI archive, zstd", "OCI archive, gzip"]
)
def test_pipe(forms: dict[str, str], form: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(Path(forms[form]).read_bytes()), daemon=True)
    writer.start()
    found = summary(analyze(str(pipe)))
    writer.join(10)
    assert found == summary(analyze(forms[form]))


class Input:
    """Standard input whose reads are short, as a pipe's are."""

    def __init__(self, content: bytes, chunk_bytes: int = 10_007) -> None:
        self._stream = io.BytesIO(content)
        self._chunk_bytes = chunk_bytes
        self.buffer = self

    def read(self, size_bytes: int, /) -> bytes:
        return self._stream.read(min(size_bytes, self._chunk_bytes))


@pytest.mark.parametrize(
    "form", ["docker archive, old", "docker archive, lowercase", "docker archive, gzip", "OCI archive, none"]
)
def test_standard_input(forms: dict[str, str], form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input(Path(forms[form]).read_bytes()))
    assert summary(analyze("-")) == summary(analyze(forms[form]))


@pytest.mark.parametrize("name", ["[", "{arch}", "[]", " {", "\x1f\x8b", "PK"])
def test_first_name_of_a_layer_does_not_matter(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A stream has to guess what a member is; a layer's first name must not make it a document.
    from tests.images import file, layer

    content = archive("podman", [layer(file(name, b"x" * 100))], history=[])
    at_rest = summary(analyze(write(tmp_path, content)))
    monkeypatch.setattr(sys, "stdin", Input(content))
    assert summary(analyze("-")) == at_rest


def test_layer_without_a_single_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A tar may lack its end blocks, so an empty file is an empty layer; a stream sees it as well as a file does.
    content = archive("podman", [b"", BASE], history=[])
    at_rest = summary(analyze(write(tmp_path, content)))
    assert at_rest["complete"]
    monkeypatch.setattr(sys, "stdin", Input(content))
    assert summary(analyze("-")) == at_rest


def test_image_without_layers(tmp_path: Path) -> None:
    for number, content in enumerate([archive("old", [], history=[]), oci_archive(layout([], history=[]))]):
        analysis = analyze(write(tmp_path, content, f"{number}.tar"))
        assert (analysis.index.stored_bytes, analysis.layer_totals, analysis.is_complete) == (0, (), True)
