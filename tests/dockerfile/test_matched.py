"""The Dockerfile of an image from end to end: given, or out of the provenance of a layout."""

import re
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.errors import BadDockerfile
from tests.images import file, layer, oci_archive, oci_layout, write_layout
from tests.oci.provenances import V02, V1, predicate

DOCKERFILE = b"FROM base\nRUN one \\\n  two\nCOPY a /a\nRUN three\n"
LAYERS = [layer(file(str(number), bytes([number]) * 100)) for number in range(4)]
# The history of a tool that says nothing useful.
HISTORY = [{"created_by": "tool"} for _ in LAYERS]


def layout(folder: Path, statement: Any, *, nested: bool = True, history: Any = None) -> Path:
    files = oci_layout(
        LAYERS, attestation=True, nested=nested, predicate=statement, history=HISTORY if history is None else history
    )
    return write_layout(files, folder)


def lines(analysis: Analysis) -> list[int | None]:
    assert analysis.dockerfile is not None
    return [analysis.dockerfile.line_of(position) for position in range(len(LAYERS))]


@pytest.mark.parametrize("kind", [V02, V1])
@pytest.mark.parametrize("nested", [False, True])
def test_provenance_gives_dockerfile_and_lines(tmp_path: Path, kind: str, nested: bool) -> None:
    path = layout(tmp_path, attesting(DOCKERFILE, kind=kind), nested=nested)
    analysis = layerscope.analyze(str(path))
    assert lines(analysis) == [None, 2, 4, 5]
    assert analysis.dockerfile is not None
    assert (analysis.dockerfile.name, analysis.dockerfile.is_attested) == ("Dockerfile", True)
    assert analysis.warnings == ()


def test_provenance_of_a_passing_archive(tmp_path: Path) -> None:
    files = oci_layout(LAYERS, attestation=True, nested=True, predicate=attesting(DOCKERFILE), history=HISTORY)
    (path := tmp_path / "image.tar").write_bytes(oci_archive(files))
    assert lines(layerscope.analyze(str(path), verify=True)) == [None, 2, 4, 5]


def test_history_fills_in_what_provenance_leaves_open(tmp_path: Path) -> None:
    history = [{"created_by": text} for text in ("base", "RUN one two", "COPY a /a # buildkit", "RUN three")]
    path = layout(tmp_path, attesting(DOCKERFILE, lines={1: (2, 3)}), history=history)
    assert lines(layerscope.analyze(str(path))) == [None, 2, 4, 5]


def test_a_given_dockerfile_goes_before_another_one_in_the_image(tmp_path: Path) -> None:
    path = layout(tmp_path / "layout", attesting(DOCKERFILE))
    (given := tmp_path / "Containerfile").write_bytes(b"# mine\n" + DOCKERFILE)
    analysis = layerscope.analyze(str(path), dockerfile=given)
    assert lines(analysis) == [None] * 4
    assert len(analysis.warnings) == 1
    assert "does not fit the image" in analysis.warnings[0]
    given.write_bytes(DOCKERFILE)
    analysis = layerscope.analyze(str(path), dockerfile=str(given))
    assert lines(analysis) == [None, 2, 4, 5]
    assert analysis.dockerfile is not None
    assert (analysis.dockerfile.name, analysis.dockerfile.is_attested) == ("Containerfile", False)


def test_provenance_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    for number, (statement, problem) in enumerate(
        [
            (lambda _: (V02, []), "provenance cannot be read: predicate of"),
            (attesting(b"no\n"), "provenance cannot be read: Line 1: 'no' is no instruction"),
        ]
    ):
        analysis = layerscope.analyze(str(layout(tmp_path / str(number), statement)))
        assert analysis.dockerfile is None
        assert len(analysis.warnings) == 1
        assert problem in analysis.warnings[0]


def test_provenance_whose_blob_is_missing_is_a_warning(tmp_path: Path) -> None:
    path = layout(tmp_path, attesting(DOCKERFILE))
    (blob,) = [item for item in path.glob("blobs/*/*") if b'"predicateType"' in item.read_bytes()]
    blob.unlink()
    (warning,) = layerscope.analyze(str(path)).warnings
    assert re.match(r"The image's build provenance cannot be read: The layout has no blobs/sha256/", warning)


def test_other_attestations_are_nobodys_business(tmp_path: Path) -> None:
    analysis = layerscope.analyze(str(layout(tmp_path, lambda _: ("https://spdx.dev/Document", {}))))
    assert (analysis.dockerfile, analysis.warnings) == (None, ())


def test_files_that_are_no_dockerfile(tmp_path: Path) -> None:
    (wrong := tmp_path / "wrong").write_text("hello\n")
    for path, problem in (
        (tmp_path / "none", r"none cannot be read: No such file"),
        (tmp_path, r"cannot be read: Is a directory"),
        (wrong, r"wrong: Line 1: 'hello' is no instruction of a Dockerfile. Is it the right file\?"),
    ):
        with pytest.raises(BadDockerfile, match=problem):
            layerscope.analyze("sample_images/odd-layers.docker.tar", dockerfile=path)


def attesting(dockerfile: bytes, *, kind: str = V02, lines: dict[int, tuple[int, int]] | None = None) -> Any:
    spans = {1: (2, 3), 2: (4, 4), 3: (5, 5)} if lines is None else lines
    return lambda digests: (kind, predicate(dockerfile, digests, spans, kind=kind))
