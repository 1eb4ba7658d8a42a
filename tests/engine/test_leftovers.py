"""What an interrupted run leaves in the engine goes with the next one, and what a living run uses stays."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.leftovers import MARK, PATIENCE_S, is_over, own_run, remove_all
from tests.engine.tools import EngineImages, call
from tests.images import file, layer

ROOT = Path(__file__).parents[2]
# Makes an image, one on top of it under a name that says nothing, and a container; then waits to be killed.
OTHER_RUN = """
import sys
from pathlib import Path
from tests.engine.tools import EngineImages, call
from tests.images import file, layer
images = EngineImages()
base = images.from_tar(layer(file("a", b"a")), images.name("base"))
top = images.build(base, "LABEL top=1\\n", Path(sys.argv[1]))
call("docker", "tag", top, sys.argv[2])
call("docker", "rmi", top)
print(base, call("docker", "create", sys.argv[2], "none").decode().strip(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another run of the tests."""
    (tmp_path / "context").mkdir()
    command = [sys.executable, "-c", OTHER_RUN, str(tmp_path / "context"), f"127.0.0.1:1/{own_run()}:1"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def is_there(kind: str, name: str) -> bool:
    """Ask the engine."""
    done = subprocess.run(["docker", kind, "inspect", name], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.engine
def test_a_killed_run_leaves_nothing_behind(engine_images: EngineImages, other_run: subprocess.Popen[bytes]) -> None:
    assert other_run.stdout is not None
    base, container = other_run.stdout.readline().decode().split()
    top = f"127.0.0.1:1/{own_run()}:1"
    things = [("image", base), ("image", top), ("container", container)]
    own = engine_images.from_tar(layer(file("a", b"a")), engine_images.name("own"))
    remove_all(is_over)
    assert all(is_there(*thing) for thing in things)
    other_run.kill()
    other_run.wait()
    remove_all(is_over)
    assert not any(is_there(*thing) for thing in things)
    assert is_there("image", own)


@pytest.mark.engine
def test_a_name_is_enough(engine_images: EngineImages) -> None:
    """What was loaded has no label of ours."""
    name = f"{MARK}-of-somebody/loaded:1"
    engine_images.names.append(name)
    call("docker", "import", "-", name, stdin=layer(file("a", b"a")))
    assert remove_all(lambda run, _: run == "of-somebody") == []
    assert not is_there("image", name)


@pytest.mark.parametrize("run", ["3f8dd63349dc", "", "elsewhere-1-1"])
def test_a_run_of_another_machine_is_given_a_day(run: str) -> None:
    assert is_over(run, 0)
    assert not is_over(run, 1 << 40)
    assert PATIENCE_S == 86_400


def test_another_process_of_the_same_number_is_another_run() -> None:
    assert not is_over(own_run(), 0)
    assert is_over(own_run() + "0", 1 << 40)
