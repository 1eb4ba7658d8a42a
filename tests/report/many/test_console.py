"""The text over several images: hostile names act on nothing, long lists are cut and said to be."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from layerscope.many.image_figures import ImageFigures, LayerFigures, UnreadImage, summarize
from layerscope.many.sharing import find_sharing
from layerscope.oci.digest import Digest
from layerscope.report.formats import find_format
from layerscope.report.many.console import print_survey
from layerscope.report.many.formats import MANY_FORMATS
from layerscope.report.many.survey import Survey
from tests.report.images import HOSTILE_NAMES, hostile_image


def survey(*images: ImageFigures | UnreadImage) -> Survey:
    return Survey(images, (None,) * len(images), find_sharing(images))


def text_of(found: Survey) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    print_survey(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def layers(count: int) -> tuple[LayerFigures, ...]:
    return tuple(
        LayerFigures(Digest.of(bytes([number])), None, f"RUN step {number}", 1_000 * (number + 1), 500)
        for number in range(count)
    )


def image(reference: str, count: int) -> ImageFigures:
    parts = layers(count)
    stored = sum(part.content_bytes for part in parts)
    return ImageFigures(reference, True, stored, stored, 500 * count, True, 0, (), parts)


@pytest.mark.parametrize("name", ["json", "text"])
def test_hostile_names_are_escaped(tmp_path: Path, name: str) -> None:
    hostile = summarize(HOSTILE_NAMES[12], hostile_image(tmp_path))
    unread = [UnreadImage(text, f"It is {text}.") for text in HOSTILE_NAMES]
    found = survey(hostile, hostile, *unread)
    render = find_format(name, MANY_FORMATS).render
    for text in (b"".join(render(found)).decode(), text_of(found)):
        assert text.replace("\n", "").isprintable()


def test_long_lists_are_cut_and_summed_up() -> None:
    lines = text_of(survey(*(image(f"i{number}", 15) for number in range(11)))).splitlines()
    assert " ".join(lines[-2].split()) == "4.0 kB 1 2 3 4 5 6 7 8 and 3 more RUN step 3"
    assert " ".join(lines[-1].split()) == "6.0 kB 3 others"


def test_unknown_figures_are_not_made_up() -> None:
    parts = (LayerFigures(Digest.of(b"a"), None, "", 1_000, None),)
    found = survey(ImageFigures("a", False, 1_000, 900, None, True, 0, ("max-stored",), parts))
    text = text_of(found)
    assert "A pull of all fetches -.\n" in text
    assert "damaged, read in part" in text
    assert "failed: max-stored" in text
    assert found.pull_seconds is None
