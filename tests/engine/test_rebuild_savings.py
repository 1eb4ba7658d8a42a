"""What findings promise against what a rebuild without the waste really saves, as `docker save` shows it."""

import json
import shutil
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

import layerscope
from tests.engine.real_tools import apt, apt_install, make_deb, make_repository, make_wheel, noise, pip_install
from tests.engine.tools import BUILDERS, Builder, EngineImages, call, read_tar

pytestmark = pytest.mark.engine

TOLERANCE = 0.005
SOURCE = {f"source/{number}": noise(number, 150_000) for number in range(3)}


def stored_bytes(image: str) -> int:
    """Add up the files of all layers of a saved image with Python's own tar reader."""
    with tarfile.open(fileobj=BytesIO(call("docker", "save", image))) as archive:
        layers = json.loads(read(archive, "manifest.json"))[0]["Layers"]
        return sum(info.size for name in layers for _, info in read_tar(read(archive, name)) if info.isreg())


def read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None
    return member.read()


def promised_bytes(image: str, *rules: str) -> int:
    """Add up what the findings of some rules promise."""
    findings = layerscope.analyze(f"docker:{image}", pull="never").findings
    return sum(finding.reclaimable_bytes for finding in findings if finding.rule.id in rules)


def assert_saves(wasteful: str, lean: str, *rules: str) -> None:
    """Hold the promise for one image against the difference to the other, which has nothing of the kind any more."""
    saved_bytes = stored_bytes(wasteful) - stored_bytes(lean)
    assert saved_bytes > 100_000
    assert promised_bytes(wasteful, *rules) == pytest.approx(saved_bytes, rel=TOLERANCE)
    assert promised_bytes(lean, *rules) == 0


def test_pips_cache(engine_images: EngineImages, base_image: str, tmp_path: Path) -> None:
    for number, name in enumerate(("alpha", "beta")):
        make_wheel(tmp_path, name, {f"{name}/__init__.py": b"x = 1\n", f"{name}/data.bin": noise(number, 200_000)})
    images = []
    for keep_cache in (True, False):
        context = tmp_path / f"context-{keep_cache}"
        pip_install(context / "root", tmp_path, "alpha", "beta", keep_cache=keep_cache)
        images.append(engine_images.build(base_image, "COPY root /\n", context))
    assert_saves(*images, "pip-cache")


def test_apts_lists_and_archives(engine_images: EngineImages, base_image: str, tmp_path: Path) -> None:
    repository, context = tmp_path / "repository", tmp_path / "context"
    make_deb(repository, "libnoise", {"usr/lib/libnoise.so.1": noise(1, 300_000)})
    make_deb(repository, "noise", {"usr/bin/noise": noise(2, 100_000)}, depends="libnoise")
    make_repository(repository)
    apt_install(context / "root", repository, "noise")
    wasteful = engine_images.build(base_image, "COPY root /\n", context)
    apt(context / "root", "clean")
    shutil.rmtree(context / "root/var/lib/apt/lists")
    assert_saves(wasteful, engine_images.build(base_image, "COPY root /\n", context), "apt-lists", "apt-archives")


STEPS = {
    "deleted-later": ("RUN cp -r /source /work", "RUN rm -rf /work"),
    "chmod-layer": ("RUN cp -r /source /work", "RUN chmod -R 750 /work"),
    "overwritten": ("RUN cat /source/* /source/* /source/* > /big", "RUN cat /source/* /source/* /source/1 > /big"),
}


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("rule", STEPS)
def test_instructions_that_were_one(
    engine_images: EngineImages, base_image: str, tmp_path: Path, builder: Builder, rule: str
) -> None:
    first, second = STEPS[rule]
    steps = {"wasteful": f"{first}\n{second}\n", "lean": f"{first} && {second.removeprefix('RUN ')}\n"}
    images = []
    for name, lines in steps.items():
        (folder := tmp_path / name).mkdir()
        images.append(
            engine_images.build(base_image, f"COPY source /source\n{lines}", folder, builder=builder, files=SOURCE)
        )
    assert_saves(*images, rule)
