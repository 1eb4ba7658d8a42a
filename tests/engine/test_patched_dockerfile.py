"""Patched Dockerfiles build, and the rebuilt image has lost exactly what the mended findings had promised."""

from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patch import PATCHES, PatchResult, patch_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch
from layerscope.dockerfile.two_stages import TwoStages, split_in_two
from layerscope.findings.finding import Finding
from tests.engine.real_tools import noise
from tests.engine.tools import EngineImages

pytestmark = pytest.mark.engine

# What apt-get and pip leave behind, done by a shell, since the base has nothing else and the build no network.
APT_GET = b"""#!/bin/sh
case "$*" in
*update*) mkdir -p /var/lib/apt/lists && cat /source/0 > /var/lib/apt/lists/list ;;
*install*)
    mkdir -p /usr/share/tool /var/cache/apt/archives
    cat /source/1 > /usr/share/tool/data
    cat /source/2 > /var/cache/apt/archives/tool_1_all.deb
    ;;
*clean*) rm -rf /var/cache/apt/archives/tool_1_all.deb ;;
esac
"""
PIP = b"""#!/bin/sh
mkdir -p /usr/lib/thing && cat /source/3 > /usr/lib/thing/data
case "$*" in
*find-links*) cat /wheels/thing-1-py3-none-any.whl > /usr/lib/thing/wheel ;;
esac
case "$*" in
*--no-cache-dir*) ;;
*) mkdir -p /root/.cache/pip/http && cat /source/4 > /root/.cache/pip/http/0 ;;
esac
"""
TOOLS = {
    "tools/apt-get": APT_GET,
    "tools/pip": PIP,
    **{f"source/{number}": noise(number, 100_000 + number) for number in range(5)},
}
TOOL_STEPS = "COPY source /source\nCOPY tools /usr/bin/\nRUN chmod 755 /usr/bin/apt-get /usr/bin/pip && mkdir /root\n"
FILES = {
    "wheels/thing-1-py3-none-any.whl": noise(10, 120_000),
    "data/one": noise(11, 130_000),
    "data/two": noise(12, 140_000),
    "archive.bin": noise(13, 150_000),
}
STEPS = """\
# system packages
RUN apt-get update \\
    # of this, only one
    && apt-get install -y tool
RUN pip install thing
COPY wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links=/wheels thing && rm -rf /wheels
COPY data /data
RUN chmod -R 750 /data
COPY archive.bin /tmp/archive.bin
RUN cat /tmp/archive.bin > /archive
RUN rm /tmp/archive.bin
RUN cp -r /source /work
ENV A=1
RUN rm -rf /work
CMD ["sh"]
"""
RULES = {"apt-lists", "apt-archives", "pip-cache", "deleted-later", "chmod-layer", "wheelhouse"}


@pytest.fixture(scope="module")
def tool_image(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the base a shell's apt-get and pip."""
    return engine_images.build(base_image, TOOL_STEPS, tmp_path_factory.mktemp("tools"), files=TOOLS)


@pytest.fixture(scope="module")
def wasteful(engine_images: EngineImages, tool_image: str, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Analyze an image with waste of every kind that a patch can mend, with its Dockerfile."""
    folder = tmp_path_factory.mktemp("wasteful")
    image = engine_images.build(tool_image, STEPS, folder, builder="buildkit", files=FILES)
    return layerscope.analyze(f"docker:{image}", dockerfile=folder.with_name(f"{folder.name}.Dockerfile"))


def mendable(analysis: Analysis) -> list[Finding]:
    """Return the findings with bytes that an edit can mend."""
    return [item for item in analysis.findings if item.reclaimable_bytes and item.rule.id in PATCHES]


def patch(analysis: Analysis, *first: BaseSwitch) -> PatchResult:
    assert analysis.dockerfile is not None
    assert analysis.warnings == ()
    found = analysis.dockerfile
    return patch_dockerfile(
        found.dockerfile, found.lines.spans, [*first, *mendable(analysis)], stage=found.lines.stage, name=found.name
    )


def rebuild(engine_images: EngineImages, text: str, folder: Path) -> Analysis:
    """Build a whole Dockerfile and analyze the image."""
    first, _, steps = text.partition("\n")
    image = engine_images.build(first.removeprefix("FROM "), steps, folder, builder="buildkit", files=FILES)
    return layerscope.analyze(f"docker:{image}", pull="never")


def live_files(analysis: Analysis) -> dict[str, int]:
    files = analysis.files
    shown = files[files.live & (files.kind == "file")]
    return dict(zip(shown.path, shown.size_bytes, strict=True))


def test_the_rebuilt_image_has_lost_what_was_promised(
    engine_images: EngineImages, wasteful: Analysis, tmp_path: Path
) -> None:
    result = patch(wasteful)
    assert result.not_applied == ()
    assert {item.step.rule.id for item in result.applied if isinstance(item.step, Finding)} == RULES
    (folder := tmp_path / "lean").mkdir()
    lean = rebuild(engine_images, result.text, folder)
    promised_bytes = sum(item.reclaimable_bytes for item in mendable(wasteful))
    assert promised_bytes > 700_000
    assert wasteful.index.stored_bytes - lean.index.stored_bytes == promised_bytes
    assert mendable(lean) == []
    gone = live_files(wasteful).items() - live_files(lean).items()
    assert {path.strip("/").split("/")[0] for path, _ in gone} == {"var", "root"}
    assert live_files(lean).items() <= live_files(wasteful).items()


def test_comments_and_other_lines_stay(wasteful: Analysis) -> None:
    result = patch(wasteful)
    removed = [line[1:] for line in result.diff.splitlines() if line.startswith("-")][1:]
    assert all(not line.lstrip().startswith("#") for line in removed)
    assert "    # of this, only one\n" in result.text
    assert result.text.endswith('ENV A=1\nCMD ["sh"]\n')


def test_another_base_can_be_built_on(
    engine_images: EngineImages, wasteful: Analysis, tool_image: str, tmp_path: Path
) -> None:
    (folder := tmp_path / "base").mkdir()
    other = engine_images.build(tool_image, "LABEL other=base\n", folder)
    result = patch(wasteful, BaseSwitch(other, ("tool",), ("NAME=a value",)))
    (folder := tmp_path / "switched").mkdir()
    lean = rebuild(engine_images, result.text, folder)
    assert result.text.startswith(f"FROM {other}\nRUN apt-get update \\\n")
    assert "NAME=a value" in lean.image.config.env
    assert lean.image.config.labels["other"] == "base"


def test_two_stages_give_the_same_files(
    engine_images: EngineImages, base_image: str, tool_image: str, tmp_path: Path
) -> None:
    text = f'FROM {tool_image}\nWORKDIR /app\nCOPY data /app/data\nRUN cp /source/0 /app/built\nENV A=1\nCMD ["x"]\n'
    result = split_in_two(parse_dockerfile(text), BaseSwitch(base_image), ["/app"])
    assert isinstance(result, TwoStages)
    analyses = []
    for number, dockerfile in enumerate((text, result.text)):
        (folder := tmp_path / str(number)).mkdir()
        analyses.append(rebuild(engine_images, dockerfile, folder))
    one, two = (
        {path: size for path, size in live_files(item).items() if path.strip("/").startswith("app/")}
        for item in analyses
    )
    assert one == two
    assert len(one) == 3
    assert not any(path.strip("/").startswith("source/") for path in live_files(analyses[1]))
    assert analyses[0].image.config.env == analyses[1].image.config.env
    assert analyses[0].image.config.cmd == analyses[1].image.config.cmd
