"""layerscope's own image: it builds on a slim Python, does in a container what it does outside, and is lean itself."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import layerscope
from tests.cli.run import SAMPLES
from tests.cli.run import layerscope as run
from tests.engine.pythons import python_tar, write_wheels
from tests.engine.real_tools import served
from tests.engine.tools import PATH, EngineImages, call, require
from tests.integrations.test_recipes import RECIPES

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
NAIVE = SAMPLES / "naive-devel.docker.tar"
BUILD_S = 600


@pytest.fixture(scope="module")
def tool(engine_images: EngineImages, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build it as the first line of the recipe does, on a base of this machine's Python and with its packages."""
    imported = engine_images.from_tar(python_tar(), engine_images.name("python"))
    prefix = Path(sys.base_prefix)
    path = f"ENV PATH={prefix}/bin:/usr/bin:/bin\n"
    base = engine_images.build(imported, path, tmp_path_factory.mktemp("base"))
    wheels, name = tmp_path_factory.mktemp("wheels"), engine_images.name("tool")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    write_wheels(wheels, wanted)
    first = RECIPES["container"].splitlines()[0]
    assert first == "docker build --tag layerscope ."
    with served(wheels) as url:
        arguments = {"PYTHON_IMAGE": base, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": url}
        command = [require("docker"), "build", "--quiet", "--no-cache", "--network=host", f"--tag={name}", str(ROOT)]
        command += [f"--build-arg={key}={value}" for key, value in arguments.items()]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": PATH, "DOCKER_BUILDKIT": "0"},
            timeout=BUILD_S,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return name


def test_it_says_in_a_container_what_it_says_outside(tool: str) -> None:
    content = NAIVE.read_bytes()
    inside = call("docker", "run", "--rm", "--interactive", tool, "analyze", "-", "--json", "-", stdin=content)
    assert inside == run("analyze", "-", "--json", "-", stdin=content).stdout


def test_the_recipe(tool: str, short_folder: Path, sample_image: str) -> None:
    shutil.copy(NAIVE, short_folder / "image.tar")
    lines = RECIPES["container"].splitlines()[1:]
    script = "\n".join(lines).replace(" layerscope analyze", f" {tool} analyze").replace("app:ci", sample_image)
    assert script.count(tool) == len(lines) == 2
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        cwd=short_folder,
        env={"PATH": PATH},
    )
    assert done.returncode == 0, done.stderr
    assert "from stdin" in done.stdout
    assert "/images/image.tar  linux/amd64, 19 layers, from docker-archive" in done.stdout


def test_it_is_nobody_and_changes_nothing(tool: str) -> None:
    options = ("--rm", "--read-only", "--network=none", "--entrypoint=python3")
    program = "import os, layerscope.cli.main; print(os.getuid(), os.access(layerscope.__file__, os.W_OK))"
    assert call("docker", "run", *options, tool, "-c", program) == b"1000 False\n"
    assert call("docker", "run", "--rm", "--read-only", tool, "--version").startswith(b"layerscope ")


def test_it_has_none_of_the_waste_that_it_names(tool: str) -> None:
    analysis = layerscope.analyze(f"docker:{tool}", pull="never")
    own = {finding.rule.id for finding in analysis.findings if finding.who_can_fix == "image"}
    assert not own & {"pip-cache", "build-cache", "deleted-later", "chmod-layer", "overwritten", "wheelhouse", "vcs"}
    assert "root-user" not in own
    # The sources that it was built of are in a stage that is gone.
    assert not [path for path in analysis.index.tree.paths if path.startswith((b"source", b"root/.cache"))]
